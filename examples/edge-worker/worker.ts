/** An edge worker that carries its router and only routes: no k-means, no file, no network. See README.md beside it. */
import { Router, RouterError } from 'pareto-router';
import state from './state.json';

const router = Router.fromJSON(state);

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      const { embedding, alpha } = (await request.json()) as { embedding: number[]; alpha?: number };
      const { model, margin, novelty } = router.route(embedding, alpha);
      return Response.json({ model, margin, novelty });
    } catch (error) {
      const known = error instanceof RouterError || error instanceof SyntaxError;
      return Response.json({ error: known ? error.message : 'internal error' }, { status: known ? 400 : 500 });
    }
  },
};

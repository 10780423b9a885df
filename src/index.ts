export { RouterError, type RouterErrorCode } from './errors.js';

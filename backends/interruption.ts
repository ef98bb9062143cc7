/**
 * Raised by whatever stops because the interrupt flag went up. Nothing is wrong with the backend:
 * the next run may use it, and one that was being opened may be opened again.
 */
export class Interruption extends Error {
  override readonly name: string = "Interruption";
}

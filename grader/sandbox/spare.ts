/** Keeps the next sandbox ready while the last one works. */
import { type Sandbox, startSandbox } from "./sandbox.js";

export interface Spares {
  /** A sandbox that is ready. `more` says that another one will be wanted soon. */
  readonly take: (more: boolean) => Promise<Sandbox>;
  /** Starts one, unless one waits already. */
  readonly prepare: () => void;
  readonly close: () => void;
}

export function keepSpares(): Spares {
  let spare: Promise<Sandbox> | undefined;
  const prepare = () => {
    spare ??= startSandbox();
    spare.catch(() => {}); // whoever takes it hears of it
  };
  return {
    prepare,
    take: (more) => {
      const taken = spare ?? startSandbox();
      spare = undefined;
      if (more) prepare();
      return taken;
    },
    close: () => {
      spare?.then((sandbox) => sandbox.kill()).catch(() => {});
      spare = undefined;
    },
  };
}

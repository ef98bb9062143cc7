/** Where the kernel keeps its own files, by each system's custom. */
import { homedir, platform, tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** History and log. */
export function stateDirectory(): string {
  const named = process.env.HYPATIA_STATE ?? "";
  if (named !== "") return named;
  const xdg = process.env.XDG_STATE_HOME ?? "";
  if (xdg !== "") return join(xdg, "hypatia");
  switch (platform()) {
    case "darwin":
      return join(home(), "Library", "Application Support", "hypatia");
    case "win32":
      return join(process.env.LOCALAPPDATA ?? home(), "hypatia");
    default:
      return join(home(), ".local", "state", "hypatia");
  }
}

/** Users without a home directory (services, containers) get a private place among the temporary. */
function home(): string {
  try {
    const directory = homedir();
    if (directory !== "" && directory !== "/") return directory;
  } catch {
    // No entry in the password file either.
  }
  return join(tmpdir(), `hypatia-${userName()}`);
}

/** The user's name, or "user" for a number without an entry. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "user";
  }
}

/** JupyterLab in headless Chromium: a server of our own, and what a person does with a notebook. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium as driver, type Page } from "playwright-core";
import { printNotebook } from "../../kernel/batch/notebook.js";
import type { Installation } from "../jupyter/installation.js";
import { chromium, python } from "../needs.js";

export interface Lab {
  /** Opens a notebook of the served folder in a fresh page. */
  open(notebook: string): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Nothing but what is tested: no news, no update checks, every cell in the page at once; and what a
 * person with widgets turns on.
 */
const settings = {
  "@jupyterlab/notebook-extension/tracker": {
    windowingMode: "none",
    codeCellConfig: { lineNumbers: false },
  },
  "@jupyterlab/apputils-extension/notification": { checkForUpdates: false, fetchNews: "false" },
  "@jupyter-widgets/jupyterlab-manager/plugin": { saveState: true },
};

/** For what never comes: pages take long where servers and browsers share a small machine. */
const PATIENCE_MS = 120_000;

/**
 * Serves a folder with JupyterLab on a free loopback port, and starts Chromium.
 * @param more options of Jupyter's, besides those that every test needs
 */
export async function startLab(
  folder: string,
  { env, folder: own }: Installation,
  more: Readonly<Record<string, string>> = {},
): Promise<Lab> {
  const preferences = join(own, "settings");
  for (const [name, value] of Object.entries(settings)) {
    const path = join(preferences, `${name}.jupyterlab-settings`);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, JSON.stringify(value));
  }
  const options = {
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.port": "0",
    "ServerApp.root_dir": folder,
    "ServerApp.open_browser": "False",
    "ServerApp.allow_root": "True",
    "LabApp.user_settings_dir": preferences,
    "LabApp.workspaces_dir": join(own, "workspaces"),
    "LabApp.news_url": "None",
    ...more,
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const server = spawn(python, ["-m", "jupyter", "lab", ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const stop = () => server.kill("SIGTERM");

  let browser: Browser;
  let address: { url: string; token: string };
  try {
    address = await announced(join(own, "runtime"), () => said);
    browser = await driver.launch({
      executablePath: chromium ?? "chromium",
      headless: true,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-dev-shm-usage", // Small in many containers: pages then crash.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  } catch (error) {
    stop();
    throw error;
  }

  return {
    async open(notebook) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(PATIENCE_MS);
      const { url, token } = address;
      await page.goto(`${url}lab/tree/${notebook}?reset&token=${token}`, { timeout: PATIENCE_MS });
      await page.waitForSelector(".jp-Notebook .jp-Cell");
      return page;
    },
    async close() {
      await browser.close();
      stop();
      await new Promise((resolve) => {
        if (server.exitCode !== null || server.signalCode !== null) resolve(null);
        else server.once("exit", resolve);
      });
    },
  };
}

/** A notebook file of code cells. */
export function notebook(sources: readonly string[]): string {
  return printNotebook({
    cells: sources.map((source, at) => ({
      cell_type: "code",
      id: `cell-${at + 1}`,
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
    metadata: {
      kernelspec: { name: "hypatia", display_name: "Hypatia", language: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** The server writes where it listens into its runtime folder. */
async function announced(
  runtime: string,
  said: () => string,
): Promise<{ url: string; token: string }> {
  for (let tries = 0; tries < 1200; tries++) {
    try {
      const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
      if (file !== undefined) return JSON.parse(readFileSync(join(runtime, file), "utf8"));
    } catch {
      // the folder is not there yet, or the file is half written
    }
    await sleep(100);
  }
  throw new Error(`JupyterLab did not start within two minutes:\n${said()}`);
}

/** Runs all cells from the menu, and waits until the kernel has done them. */
export async function runAll(page: Page, timeout: number): Promise<void> {
  // Before a kernel is connected, the menu would ask which one to start.
  await page.getByText(/\| Idle$/).waitFor({ timeout });
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  const deadline = Date.now() + timeout;
  for (;;) {
    const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt").allInnerTexts();
    if (prompts.every((prompt) => /^\[\d+\]:$/.test(prompt.trim()))) return;
    if (Date.now() > deadline) throw new Error(`cells still run: ${prompts.join(" ")}`);
    await sleep(500);
  }
}

/** What the output areas say, as a person reads it. */
export async function outputText(page: Page): Promise<string> {
  return (await page.locator(".jp-OutputArea-output").allInnerTexts()).join("\n");
}

/** The output areas that show an error or anything on stderr. */
export function complaints(page: Page): Promise<string[]> {
  const kinds = ["application/vnd.jupyter.error", "application/vnd.jupyter.stderr"];
  const selector = kinds.map((kind) => `[data-mime-type="${kind}"]`).join(", ");
  return page.locator(selector).allInnerTexts();
}

/** A picture of the whole notebook: the window is made as tall as its content. */
export async function photograph(page: Page, path: string): Promise<void> {
  const cells = await page.locator(".jp-Notebook .jp-Cell").all();
  const boxes = await Promise.all(cells.map((cell) => cell.boundingBox()));
  const height = boxes.reduce((sum, box) => sum + (box?.height ?? 0), 0);
  await page.setViewportSize({ width: 1280, height: Math.ceil(height) + 250 });
  await page.locator(".jp-Notebook .jp-Cell").first().scrollIntoViewIfNeeded();
  await sleep(500); // JupyterLab lays its panels out after the window has changed
  await page.screenshot({ path });
}

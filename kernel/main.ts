#!/usr/bin/env node
/** The command `hypatia`. Each command loads what it needs: a kernel's start must be quick. */
import { type Command, program } from "commander";
import type { InstallOptions, Place } from "../kernelspec/install.js";
import { packageVersion } from "./front/info.js";

interface InstallFlags {
  readonly name: string;
  readonly displayName?: string;
  readonly sysPrefix?: true;
  readonly prefix?: string;
}

interface RunFlags {
  readonly output?: string;
  readonly backend?: string;
}

program
  .name("hypatia")
  .description("A Jupyter kernel for tensor calculus in TypeScript")
  .version(packageVersion());

withPlace(program.command("install"))
  .description("tell Jupyter of this kernel")
  .option("--display-name <text>", "the name that front ends show")
  .action(async (flags: InstallFlags) => {
    const { install } = await import("../kernelspec/install.js");
    console.log(`Installed the kernelspec in ${install(installOptions(flags))}`);
    // The first start may as well be quick; a kernel without one would make it.
    const { makeSnapshot } = await import("./cell/snapshot.js");
    await makeSnapshot().catch(({ message }: Error) => {
      console.log(`Sessions will begin a second or two slower: ${message}`);
    });
  });

withPlace(program.command("uninstall"))
  .description("remove what install wrote")
  .action(async (flags: InstallFlags) => {
    const { uninstall } = await import("../kernelspec/install.js");
    const folder = uninstall(installOptions(flags));
    if (folder === null) throw new Error(`no kernelspec ${flags.name} is installed there`);
    console.log(`Removed ${folder}`);
  });

program
  .command("kernel")
  .description("run the kernel; Jupyter does this")
  .requiredOption("--connection-file <file>", "where Jupyter wrote ports and key")
  // `jupyter run FILE` and `jupyter console` pass on what they were given themselves.
  .allowExcessArguments()
  .action(async ({ connectionFile }: { connectionFile: string }) => {
    const { runKernel } = await import("./front/main.js");
    await runKernel(connectionFile);
  });

program
  .command("run")
  .description("run a notebook or a TypeScript file, without Jupyter")
  .argument("<file>", "FILE.ipynb or FILE.ts")
  .option("--output <file>", "where the executed notebook goes")
  .option("--backend <name>", "auto, cpu, webgpu or js")
  .action(async (file: string, { output, backend }: RunFlags) => {
    // `hypatia run FILE | head`: whoever has read enough ends this as SIGPIPE ends other programs.
    process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE") process.exit(141);
    });
    const { runFile } = await import("./batch/run.js");
    process.exitCode = (await runFile(file, { output, backend })) ? 0 : 1;
  });

program
  .command("doctor")
  .description("say what was found, what will be used, and how to get the rest")
  .action(async () => {
    const { examine } = await import("./doctor.js");
    process.exit(examine((line) => console.log(line)) ? 0 : 1);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`hypatia: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

function withPlace(command: Command): Command {
  return command
    .option("--user", "for this user (the default)")
    .option("--sys-prefix", "for the active Python environment")
    .option("--prefix <dir>", "for the Jupyter of this prefix")
    .option("--name <name>", "by which clients ask for the kernel", "hypatia");
}

function installOptions({ name, displayName, sysPrefix, prefix }: InstallFlags): InstallOptions {
  let place: Place = { kind: "user" };
  if (sysPrefix) place = { kind: "sys-prefix" };
  if (prefix !== undefined) place = { kind: "prefix", directory: prefix };
  return { name, displayName, place };
}

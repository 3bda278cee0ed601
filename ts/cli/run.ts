import { Command, CommanderError } from 'commander'
import type { Argument } from 'commander'
import { VERSION } from '../version.js'
import { addCache } from './commands/cache.js'
import { addCheck } from './commands/check.js'
import { addAffected, addDiff } from './commands/compare.js'
import { addDecompose } from './commands/decompose.js'
import { addDescribe } from './commands/describe.js'
import { addFlows } from './commands/flows.js'
import { addGraph } from './commands/graph.js'
import { addHistory } from './commands/processes-history.js'
import { addProcesses } from './commands/processes.js'
import { addRead } from './commands/read.js'
import { addRecords } from './commands/records.js'
import { addRun } from './commands/run.js'
import { addShow } from './commands/show.js'
import { addSteps } from './commands/steps.js'
import { addList, addPrune, addRemove, addVerify } from './commands/store.js'
import { reportError } from './error-report.js'
import { ExitCode } from './exit-code.js'
import { UsageError } from './failures.js'
import { columnsOf } from './io.js'
import type { Io } from './io.js'
import { colorsOf, hasColors } from './colors.js'
import { createSession } from './session.js'
import type { Runner } from './session.js'

const EXIT_CODES = `
Exit codes:
  0    done
  1    done, and the answer is no: check and verify found something, diff saw a
       difference, a run, a flow or steps did not complete
  2    the command was not understood
  3    the input is not what is expected (a workflow spec, an export of records, the
       input of a flow or a run, a module), or goes over a limit; elements have no
       function, or cannot be run; or the process is closed, or the execution is
       where that cannot be done
  4    a file, cache key, process, element, record, execution, flow, step or report
       is not there, a module cannot be imported, or the disk failed
  5    a run waits for a person, and there is nobody here to ask
  130  interrupted`

/**
 * The command line: does what the arguments say and resolves to the exit code. Never rejects.
 *
 * @param argv arguments, without the program's own name
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const end = argv.indexOf('--')
  const json = argv.slice(0, end < 0 ? argv.length : end).includes('--json')
  let exitCode: ExitCode = ExitCode.fine
  const runner: Runner = async (flags, work) => {
    io.signal.throwIfAborted()
    exitCode = await work(createSession(io, flags.json === true))
  }
  try {
    await createProgram(io, runner).parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(io, error, json)
    if (error.exitCode === 0) return ExitCode.fine
    // Help in place of an error has been written already.
    if (error.code === 'commander.help') return ExitCode.usage
    const hint = `${io.command} --help, and ${io.command} <command> --help`
    return reportError(io, new UsageError(error.message.replace(/^error: /, ''), hint), json)
  }
}

function createProgram(io: Io, runner: Runner): Command {
  const colors = colorsOf(io.stdout, io.env)
  const program = new Command('unitflow')
    .description('Takes large workflows apart into element units that run alone, and keeps them in a cache.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      // Errors are told at one place, run.
      outputError: () => undefined,
      getOutHelpWidth: () => columnsOf(io.stdout),
      getErrHelpWidth: () => columnsOf(io.stderr),
      getOutHasColors: () => hasColors(io.stdout, io.env),
      getErrHasColors: () => hasColors(io.stderr, io.env),
    })
    .configureHelp({
      styleTitle: (title) => colors.bold(title),
      // Without '[options]', which every command has, the descriptions have room at 80 columns.
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .addHelpText('after', EXIT_CODES)
  for (const add of [
    addShow,
    addDecompose,
    addCache,
    addRead,
    addList,
    addDescribe,
    addGraph,
    addDiff,
    addAffected,
    addCheck,
    addVerify,
    addPrune,
    addRemove,
    addRun,
    addHistory,
    addRecords,
    addProcesses,
    addFlows,
    addSteps,
  ]) {
    add(program, runner)
  }
  return program
}

function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
}

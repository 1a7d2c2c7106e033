using System.CommandLine;
using NativeHost.CommandLine.Bench;
using NativeHost.CommandLine.Models;
using NativeHost.Devices;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Hardware;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Registration;
using NativeHost.Routing;

namespace NativeHost.CommandLine;

/// <summary>What the program does with its arguments.</summary>
internal static class RootCommands
{
    /// <summary>Serves the browser that started the program, or runs the verb that a person typed.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // A browser waits for the first answer, so this way does not build the command line.
        if (BrowserArguments.CallerOf(arguments) is { } caller)
        {
            return await ServeAsync(caller, WireFormat.Frames, EndOfInput.Cancels, LogSetup.Open());
        }

        if (arguments.Length == 0 && Terminal.InputIsRedirected)
        {
            return await ServeAsync(Caller.Local, WireFormat.Frames, EndOfInput.Finishes, LogSetup.Open());
        }

        var output = StandardStreams.OpenText(StandardStreams.StandardOutput);
        var errors = StandardStreams.OpenText(StandardStreams.StandardError);
        var configuration = new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false };
        string[] given = arguments.Length == 0 ? ["--help"] : arguments;
        var result = Build(output, errors).Parse(given);
        try
        {
            var exitCode = await result.InvokeAsync(configuration);
            return result.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"tabagent: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static RootCommand Build(TextWriter output, TextWriter errors)
    {
        var log = new LogOption(errors);
        var root = new RootCommand(
            """
            TabAgent: local language models for browser extensions.

            Browsers start this program themselves, and speak to it over stdin and stdout. From a terminal:
              tabagent demo          see a model tell a story
              tabagent pull          download a model; search finds one, show tells what it is; list, verify, rm and gc are about those that are here
              tabagent token         keep your token at the hub, for models that are gated
              tabagent chat          talk to a model
              tabagent embed         compute vectors of texts
              tabagent serve         be the browser yourself: frames, or one JSON per line with --json-lines
              tabagent register      let an extension start this program
              tabagent doctor        find out why an extension cannot start it
              tabagent status        see what runs for your browsers; tabagent stop ends it
              tabagent ps            list the models in memory and what runs on them; tabagent top keeps watching
              tabagent config        see and change settings
              tabagent grants        see and change what extensions need your permission for
              tabagent hardware      see what this machine has, and what of it models run on
              tabagent logs          see what all its processes logged, with -f as it comes
              tabagent bench         find out how fast it is on this machine
              tabagent convert       make a model file of a ternary checkpoint from Hugging Face
            """);
        root.Options.Add(log.Level);
        root.Subcommands.Add(ServeCommand(log));
        root.Subcommands.Add(DemoCommand.Create(output, log));
        root.Subcommands.Add(ChatCommand.Create(output, log));
        root.Subcommands.Add(EmbedCommand.Create(output, errors, log));
        root.Subcommands.Add(BrokerCommand.Create(errors));
        root.Subcommands.Add(WorkerCommand.Create(errors));
        root.Subcommands.Add(DevicesCommand.Create(errors));
        root.Subcommands.Add(StatusCommand.CreateStatus(output));
        root.Subcommands.Add(StatusCommand.CreateStop(output));
        root.Subcommands.Add(ProcessesCommand.CreatePs(output, TimeProvider.System));
        root.Subcommands.Add(ProcessesCommand.CreateTop(output, TimeProvider.System));
        root.Subcommands.Add(ConfigCommand.Create(AppFolders.Config(), Environment.GetEnvironmentVariable, output, errors));
        root.Subcommands.Add(GrantsCommand.Create(new GrantStore(AppFolders.Config(), TimeProvider.System), output, errors));
        root.Subcommands.Add(LogsCommand.Create(AppFolders.Logs(), output, TimeProvider.System));
        var verbs = LibraryVerbs.OfThisUser(output, errors);
        root.Subcommands.Add(PullCommand.Create(verbs));
        root.Subcommands.Add(ListCommand.Create(verbs, TimeProvider.System));
        root.Subcommands.Add(ShowCommand.Create(verbs));
        root.Subcommands.Add(VerifyCommand.Create(verbs));
        root.Subcommands.Add(RemoveCommand.Create(verbs));
        root.Subcommands.Add(CollectCommand.Create(verbs));
        root.Subcommands.Add(SearchCommand.Create(verbs));
        root.Subcommands.Add(TokenCommand.Create(verbs, cancellationToken => Terminal.ReadSecretAsync(errors, cancellationToken)));
        root.Subcommands.Add(BenchCommand.Create(output, errors));
        root.Subcommands.Add(ConvertCommand.Create(output, errors));
        var registration = RegistrationContext.OfThisMachine();
        root.Subcommands.Add(RegisterCommand.Create(registration, output));
        root.Subcommands.Add(UnregisterCommand.Create(registration, output));
        root.Subcommands.Add(DoctorCommand.Create(registration, output));
        root.Subcommands.Add(HardwareCommand.Create(new Lazy<IMachine>(HostMachine.OfThisUser), output, TimeProvider.System));
        return root;
    }

    private static Command ServeCommand(LogOption log)
    {
        var lines = new Option<bool>("--json-lines")
        {
            Description = "Read one JSON request per line and print one JSON message per line, instead of length-prefixed frames.",
        };
        var command = new Command(
            "serve",
            """
            Serve requests from stdin until it ends; what was accepted is finished. Try:
              echo '{"action":"ping"}' | tabagent serve --json-lines
            """)
        {
            lines,
        };
        command.SetAction((result, _) => ServeAsync(
            Caller.Local, result.GetValue(lines) ? WireFormat.Lines : WireFormat.Frames, EndOfInput.Finishes, log.Open(result)));
        return command;
    }

    private static async Task<int> ServeAsync(Caller caller, WireFormat format, EndOfInput endOfInput, HostLog log)
    {
        using (log)
        {
            try
            {
                return await Serving.RunAsync(caller, format, endOfInput, log);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.StartFailed(e);
                return ExitCodes.StartFailed;
            }
        }
    }
}

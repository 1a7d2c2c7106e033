using NativeHost;
using NativeHost.Broker.Connecting;
using NativeHost.CommandLine;
using NativeHost.Framing;
using NativeHost.Front;

const int Usage = 2;
const int FrameBoundaryLost = 3;
const int StartFailed = 4;

if (BrowserArguments.CallerOf(args) is not { } caller)
{
    using var errors = StandardStreams.OpenText(StandardStreams.StandardError);
    errors.WriteLine("tabagent-host is what browsers start. For the command line, see: tabagent --help");
    return Usage;
}

// Read at the start: where the program is moved later, as the uninstaller does, the system would give the new place.
var program = Path.Combine(AppContext.BaseDirectory, BrokerLauncher.ProgramName);
var hello = new Hello(Handshake.Protocol, HostVersion.Text, Environment.ProcessId, Handshake.Extension, caller.Origin);
using var output = StandardStreams.TakeOutput();
using var input = StandardStreams.OpenBlockingInput();
new Pump(
    input,
    new BrowserOutput(output),
    () => BrokerLauncher.Open(BrokerPlace.OfThisUser(), program, hello, Pump.Patience, BrowserInput.ClosesWithin),
    reason => Environment.Exit(ExitCodeOf(reason))).Run();

// The other thread ends the process.
using var never = new ManualResetEvent(false);
never.WaitOne();
return StartFailed;

static int ExitCodeOf(PumpEnd reason) => reason switch
{
    PumpEnd.BrowserGone => 0,
    PumpEnd.FrameBoundaryLost => FrameBoundaryLost,
    _ => StartFailed,
};

// Makes docs/PROTOCOL.md, docs/schema and src/extension-client/protocol.d.ts anew from the code: dotnet run scripts/protocol.cs
// With "record" also the exchanges in tests/Golden/transcripts, which the document's examples come from: a diff in them changes the protocol.
#:property PublishAot=false
using System.Diagnostics;

const string Tests = "NativeHost.Tests";
return await RunAsync($"build tests/{Tests}")
    && (!args.Contains("record") || await TestAsync("TranscriptTests"))
    && await TestAsync("GeneratedFilesTests") ? 0 : 1;

static Task<bool> TestAsync(string name) => RunAsync($"artifacts/bin/{Tests}/debug/{Tests}.dll -noLogo -noColor -explicit only -class {Tests}.Protocol.{name}");

static async Task<bool> RunAsync(string arguments)
{
    using var process = Process.Start("dotnet", arguments);
    await process.WaitForExitAsync();
    return process.ExitCode == 0;
}

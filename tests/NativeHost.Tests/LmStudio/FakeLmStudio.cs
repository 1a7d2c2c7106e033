using System.Net;
using System.Net.Sockets;
using System.Text;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.LmStudio;

/// <summary>A user's folder with an LM Studio in it, and its server, which answers as a test says.</summary>
internal sealed class FakeLmStudio : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    public FakeLmStudio()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play lms.");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string UserFolder => _folder.Path;

    public string ConfigFolder => _folder.Sub("config");

    /// <summary>Absolute path of the tool.</summary>
    public string Tool => Path.Combine(Home, "bin", "lms");

    public string Home { get; private set; } = "";

    public Uri Endpoint => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Gives the whole answer to a request for a path; null for no answer at all.</summary>
    public Func<string, string?> Answer { get; set; } = _ => Status(404);

    /// <summary>What the tool was asked, each time one line.</summary>
    public IReadOnlyList<string> ToolCalls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    private string CallsFile => Path.Combine(_folder.Path, "calls");

    /// <summary>One that is installed, runs, and has a model in memory.</summary>
    public static FakeLmStudio ThatRuns()
    {
        var studio = new FakeLmStudio();
        studio.Install("case $2 in stop) touch \"$0.stopped\";; esac");
        studio.Answer = path => File.Exists($"{studio.Tool}.stopped") ? Status(500)
            : path == "/v1/models" ? Status(200, "{}")
            : Status(200, """{"data": [{"id": "qwen/qwen3-4b", "type": "llm", "state": "loaded"}]}""");
        return studio;
    }

    public static string Status(int code, string body = "", string headers = "")
        => $"HTTP/1.1 {code} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}Connection: close\r\n\r\n{body}";

    /// <summary>Puts the tool into a folder.</summary>
    /// <param name="script">What it does beside writing down what it was asked.</param>
    public void Install(string script = "", bool isBootstrapped = true, string folder = ".lmstudio")
    {
        Home = _folder.Sub(folder);
        _folder.Write($"#!/bin/sh\necho \"$@\" >> '{CallsFile}'\n{script}\n", folder, "bin", "lms");
        TemporaryFolder.SetMode(Tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (isBootstrapped)
        {
            _folder.Write("{}", folder, ".internal", "app-install-location.json");
        }
    }

    public string Write(string content, string name) => _folder.Write(content, name);

    public TestHost NewHost(TimeProvider? time = null)
        => new(new ScriptedLoader(), time, configFolder: ConfigFolder, userFolder: UserFolder, lmStudio: Endpoint);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_ending.Token);
            _ = AnswerAsync(client);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new byte[8192];
                var got = await stream.ReadAsync(request, _ending.Token);
                if (Answer(Encoding.UTF8.GetString(request, 0, got).Split(' ')[1]) is not { } answer)
                {
                    await Task.Delay(Timeout.Infinite, _ending.Token);
                    return;
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _ending.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or IndexOutOfRangeException)
            {
                // The client did not wait, or the test is over.
            }
        }
    }
}

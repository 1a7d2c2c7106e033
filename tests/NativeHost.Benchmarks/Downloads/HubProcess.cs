using System.Diagnostics;
using System.Globalization;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>The fake hub as a process of its own, with one large model, and small ones to get warm with.</summary>
internal sealed class HubProcess : IDisposable
{
    /// <summary>The large model's address.</summary>
    public const string Model = $"{Repo}:Q4_K_M";

    /// <summary>Of each small model.</summary>
    public const int WarmUpBytes = 48 << 20;

    public const int WarmUps = 12;

    private const string Repo = "acme/large-GGUF";
    private const string File = "large-Q4_K_M.gguf";
    private const string WarmUpRepo = "acme/small-GGUF";

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly Process _process;

    private HubProcess(Process process, string endpoint) => (_process, Endpoint) = (process, endpoint);

    /// <summary>With a slash at the end.</summary>
    public string Endpoint { get; }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor => ChildFigures.ProcessorOf(_process);

    /// <summary>The address of a small model.</summary>
    public static string WarmUpModel(int number) => $"{WarmUpRepo}/{WarmUpFile(number)}";

    /// <param name="size">Of the large model; bytes.</param>
    public static async Task<HubProcess> StartAsync(long size)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(FakeHub).Assembly.Location]) { RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The hub did not start.");
        var addresses = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The hub ended at once.");
        var hub = new HubProcess(process, addresses.Split(' ')[0]);
        await hub.SteerAsync($"add?repo={Repo}&file={File}&size={size}");
        for (var number = 0; number < WarmUps; number++)
        {
            await hub.SteerAsync($"add?repo={WarmUpRepo}&file={WarmUpFile(number)}&size={WarmUpBytes}&seed={number + 2}");
        }

        // It hashes what it has when it is asked for it first.
        await hub.LocationAsync();
        return hub;
    }

    /// <summary>How fast it sends; bytes a second, all answers together.</summary>
    public Task LimitAsync(long rate) => SteerAsync(string.Create(CultureInfo.InvariantCulture, $"rate?total={rate}"));

    /// <summary>Where the large model's bytes are.</summary>
    public async Task<string> LocationAsync()
    {
        using var answer = await _client.GetAsync(new Uri($"{Endpoint}{Repo}/resolve/main/{File}"));
        return answer.Headers.Location!.AbsoluteUri;
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.Dispose();
    }

    private static string WarmUpFile(int number) => string.Create(CultureInfo.InvariantCulture, $"small{number}-Q4_K_M.gguf");

    private Task<string> SteerAsync(string order) => _client.GetStringAsync(new Uri($"{Endpoint}__fake/{order}"));
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using NativeHost.Gguf;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>The fake hub as a process of its own, steered by requests.</summary>
public sealed class FakeHubProgramTests
{
    [Fact]
    public async Task It_says_where_it_is_and_obeys()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, ArgumentList = { typeof(FakeHub).Assembly.Location, "0", "0" } };
        using var process = Process.Start(start)!;
        try
        {
            var addresses = (await process.StandardOutput.ReadLineAsync(Patience.Token))!.Split(' ');
            var file = $"{addresses[0]}{SampleRepos.Tiny}/resolve/main/tiny-Q8_0.gguf";
            Task<string> SteerAsync(string command) => client.GetStringAsync(new Uri($"{addresses[0]}__fake/{command}"), Patience.Token);
            async Task<int> StatusAsync()
            {
                using var answer = await client.GetAsync(new Uri(file), Patience.Token);
                return (int)answer.StatusCode;
            }

            await SteerAsync("fault?kind=status&statusCode=503&first=2");
            int[] statuses = [await StatusAsync(), await StatusAsync(), await StatusAsync()];
            await SteerAsync("add?repo=acme/new&file=new.gguf&size=1000");
            var added = await client.GetByteArrayAsync(new Uri($"{addresses[0]}acme/new/resolve/main/new.gguf"), Patience.Token);
            var status = JsonNode.Parse(await SteerAsync("status"))!;
            var requests = JsonNode.Parse(await SteerAsync("requests"))!.AsArray();
            await SteerAsync("clear");

            Assert.Equal([200, 503, 200], statuses);
            Assert.Equal(addresses[1], (string)status["cdn"]!);
            Assert.Equal(1000, added.Length);
            Assert.Equal(8, (int)status["requests"]!);
            Assert.Equal(1, (int)status["faultsHappened"]!);
            Assert.Equal("Resolve", (string)requests[1]!["kind"]!);
            Assert.Equal("0", await SteerAsync("served"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Patience.Token);
        }
    }

    [Fact]
    public async Task The_samples_are_models()
    {
        await using var hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(hub);

        foreach (var file in hub.AddRepo(SampleRepos.Tiny).Head.Files.Values.Where(file => file.IsLfs))
        {
            var path = Path.GetTempFileName();
            try
            {
                var bytes = new byte[file.Size];
                file.Content.Read(0, bytes);
                await File.WriteAllBytesAsync(path, bytes, Patience.Token);
                var model = GgufFile.Read(path);
                Assert.Single(model.Tensors);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}

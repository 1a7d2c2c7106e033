using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>Several generations in the steps of one ternary model.</summary>
public sealed class ConcurrentGenerationTests : IDisposable
{
    private readonly RandomModelFile _file = new(RandomModelFile.Small);

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Eight_streams_make_what_each_makes_alone()
    {
        var prompts = Enumerable.Range(0, 8).Select(i => string.Join(' ', RandomModelFile.Tokens(20 + (30 * i), i))).ToList();
        var alone = new List<IReadOnlyList<Token>>();
        foreach (var prompt in prompts)
        {
            await using var single = await HostAsync(1);
            alone.Add(await ReadAsync(single, prompt));
        }

        await using var host = await HostAsync(4);
        var together = await Task.WhenAll(prompts.Select(prompt => ReadAsync(host, prompt)));

        Assert.Equal(alone, together);
    }

    private async Task<InProcessModelHost> HostAsync(int sequences)
    {
#pragma warning disable CA2000 // The host's from here on.
        var model = await ModelUnderTest.OpenPackedAsync(_file.Path, new BitNetOptions { SequenceCount = sequences });
#pragma warning restore CA2000
        return new InProcessModelHost(model.Model);
    }

    private static async Task<IReadOnlyList<Token>> ReadAsync(InProcessModelHost host, string prompt)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxNewTokens = 40, Sampling = new SamplingOptions { Temperature = 0f } };
        GenerationEvent last = default;
        await foreach (var next in host.GenerateAsync(request, Patience.Token))
        {
            last = next;
        }

        return last.Result!.Tokens;
    }
}

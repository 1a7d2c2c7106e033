using Xunit;

namespace NativeHost.Tests.Routing;

/// <summary>What a token costs between the model and the pipe, in memory.</summary>
[Collection(nameof(RunsAlone))]
public sealed class UpdateAllocationTests
{
    private const int Tokens = 20_000;
    private const int MaxBytesPerToken = 2048;

    [Theory]
    [InlineData("")]
    [InlineData(",\"chat_id\":\"c\"")]
    public async Task An_update_frame_allocates_two_kilobytes_at_most_stored_or_not(string chat)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SendAndSkipAsync(Generate(1000, chat));

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var frames = await dialogue.SendAndSkipAsync(Generate(Tokens, chat));
        var perFrame = (GC.GetTotalAllocatedBytes(precise: true) - before) / frames;

        Assert.True(frames > Tokens);
        Assert.InRange(perFrame, 0, MaxBytesPerToken);
    }

    private static string Generate(int tokens, string chat)
        => $$$"""{"action":"generate","prompt":"x"{{{chat}}},"settings":{"max_tokens":{{{tokens}}}}}""";
}

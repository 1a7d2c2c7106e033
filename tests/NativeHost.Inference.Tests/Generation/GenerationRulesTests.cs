using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class GenerationRulesTests
{
    private static readonly GenerationRequest Good = new() { Prompt = "a" };

    public static TheoryData<string, GenerationRequest> BrokenRequests() => new()
    {
        { "nothing to continue", new GenerationRequest() },
        { "an empty prompt", new GenerationRequest { Prompt = "" } },
        { "a prompt and messages", Good with { Messages = [new ChatMessage(ChatRole.User, "b")] } },
        { "no new tokens", Good with { MaxNewTokens = 0 } },
        { "an empty stop text", Good with { StopTexts = ["x", ""] } },
        { "temperature", Good with { Sampling = new() { Temperature = float.NaN } } },
        { "top-k", Good with { Sampling = new() { TopK = -1 } } },
        { "top-p", Good with { Sampling = new() { TopP = 1.1f } } },
        { "min-p", Good with { Sampling = new() { MinP = -0.1f } } },
        { "repetition penalty", Good with { Sampling = new() { RepetitionPenalty = 0f } } },
        { "frequency penalty", Good with { Sampling = new() { FrequencyPenalty = 3f } } },
        { "presence penalty", Good with { Sampling = new() { PresencePenalty = -3f } } },
        { "penalty window", Good with { Sampling = new() { PenaltyWindow = -2 } } },
    };

    [Fact]
    public void A_good_request_passes() => GenerationRules.Check(Good);

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public void A_request_that_breaks_a_rule_is_refused(string rule, GenerationRequest request)
    {
        var refusal = Record.Exception(() => GenerationRules.Check(request));

        Assert.True(refusal is ArgumentException, rule);
    }

    [Fact]
    public async Task The_call_itself_refuses_not_the_stream()
    {
        await using var host = new InProcessModelHost(new ScriptedModel(new ByteTokenizer([ByteTokenizer.End])));

        Assert.Throws<ArgumentException>(
            () => _ = host.GenerateAsync(new GenerationRequest(), Patience.Token));
    }
}

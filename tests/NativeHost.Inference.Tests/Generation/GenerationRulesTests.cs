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
        { "typical-p", Good with { Sampling = new() { TypicalP = -0.1f } } },
        { "top-n-sigma", Good with { Sampling = new() { TopNSigma = float.NaN } } },
        { "XTC's probability", Good with { Sampling = new() { XtcProbability = 1.1f } } },
        { "XTC's threshold", Good with { Sampling = new() { XtcThreshold = -1f } } },
        { "dynamic temperature", Good with { Sampling = new() { DynamicTemperatureRange = -1f } } },
        { "its exponent", Good with { Sampling = new() { DynamicTemperatureExponent = float.PositiveInfinity } } },
        { "Mirostat's target", Good with { Sampling = new() { MirostatTarget = -1f } } },
        { "Mirostat's rate", Good with { Sampling = new() { MirostatRate = 2f } } },
        { "DRY's multiplier", Good with { Sampling = new() { DryMultiplier = -1f } } },
        { "DRY's base", Good with { Sampling = new() { DryBase = 0.9f } } },
        { "DRY's length", Good with { Sampling = new() { DryAllowedLength = 0 } } },
        { "DRY's window", Good with { Sampling = new() { DryWindow = -2 } } },
        { "an empty breaker", Good with { Sampling = new() { DryBreakers = ["a", ""] } } },
        { "a bias that is no number", Good with { Sampling = new() { LogitBias = new Dictionary<int, float> { [1] = float.NaN } } } },
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

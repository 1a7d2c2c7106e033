using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>Prompts that take long to make tokens of, or look as if they would.</summary>
public sealed class LongPromptTests : IAsyncDisposable
{
    private const string LongControlText = "<a control text longer than any piece>";
    private const int ContextTokens = 128;

    private readonly ByteTokenizer _tokenizer = new([ByteTokenizer.End, LongControlText]);
    private readonly ScriptedModel _model;
    private readonly InProcessModelHost _host;
    private int _tokenized;

    public LongPromptTests()
    {
        _model = new ScriptedModel(_tokenizer, "<start_of_turn>") { ContextTokens = ContextTokens };
        _model.Says("a");
        _tokenizer.OnTokenize = () => _tokenized++;
        _host = new InProcessModelHost(_model);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_prompt_that_cannot_fit_is_refused_before_it_is_tokenized()
    {
        var request = new GenerationRequest { Prompt = new string('x', 20_000_000) };

        var failure = await Assert.ThrowsAsync<ContextFullException>(() => ReadAsync(request, Patience.Token));

        Assert.Equal(ContextTokens, failure.Capacity);
        Assert.Equal(0, _tokenized);
    }

    [Fact]
    public async Task Many_characters_in_few_tokens_are_not_refused()
    {
        var request = new GenerationRequest { Prompt = string.Concat(Enumerable.Repeat(LongControlText, ContextTokens - 2)) };

        Assert.Equal("a", (await ReadAsync(request, Patience.Token)).Text);
    }

    [Fact]
    public async Task Spaces_that_a_template_trims_are_not_counted()
    {
        var request = new GenerationRequest { Messages = [new ChatMessage(ChatRole.User, "Hi" + new string(' ', 100_000))] };

        Assert.Equal("a", (await ReadAsync(request, Patience.Token)).Text);
    }

    [Fact]
    public async Task Stopped_while_its_prompt_is_tokenized_it_is_stopped_and_not_refused()
    {
        using var stop = new CancellationTokenSource();
        _tokenizer.OnTokenize = stop.Cancel;
        var request = new GenerationRequest { Prompt = new string('x', 2 * ContextTokens) };

        var reading = await ReadAsync(request, stop.Token);

        Assert.Equal(StopReason.Stopped, reading.Result.Stop);
        Assert.Empty(_model.Steps);
    }

    private Task<Reading> ReadAsync(GenerationRequest request, CancellationToken stop) => Reading.OfAsync(
        _host.GenerateAsync(request with { Sampling = new SamplingOptions { Temperature = 0f } }, stop));
}

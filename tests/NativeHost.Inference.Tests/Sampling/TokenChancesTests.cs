using System.Text.Json;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Sampling;

public sealed class TokenChancesTests
{
    private readonly ByteTokenizer _tokenizer = new(["<end>"], words: ["é"]);

    [Fact]
    public void Probabilities_are_the_softmax_of_the_logits_and_the_likeliest_come_first()
    {
        var logits = new float[_tokenizer.VocabularySize];
        Array.Fill(logits, -100);
        (logits['a'], logits['b'], logits['c']) = (1f, 3f, 2f);
        var chances = new TokenChances(2, _tokenizer);
        chances.Measure(logits);
        logits.AsSpan().Clear();

        var told = JsonElement.Parse(chances.Of(new Token('a')).Span);

        var sum = Math.Exp(1) + Math.Exp(3) + Math.Exp(2);
        Assert.Equal("a", told.GetProperty("token").GetString());
        Assert.Equal(Math.Log(Math.Exp(1) / sum), told.GetProperty("logprob").GetDouble(), 5);
        Assert.Equal([97], told.GetProperty("bytes").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(["b", "c"], told.GetProperty("top_logprobs").EnumerateArray().Select(token => token.GetProperty("token").GetString()));
        Assert.Equal(Math.Log(Math.Exp(3) / sum), told.GetProperty("top_logprobs")[0].GetProperty("logprob").GetDouble(), 5);
    }

    [Fact]
    public void A_token_without_text_a_part_of_a_character_and_an_impossible_one_are_told_too()
    {
        var logits = new float[_tokenizer.VocabularySize];
        logits['a'] = float.NegativeInfinity;
        var chances = new TokenChances(0, _tokenizer);
        chances.Measure(logits);

        var (control, half, impossible) = (Of(chances, 256), Of(chances, 0xC3), Of(chances, 'a'));

        Assert.Equal(("", 0), (control.GetProperty("token").GetString(), control.GetProperty("bytes").GetArrayLength()));
        Assert.Equal("\uFFFD", half.GetProperty("token").GetString());
        Assert.Equal(-9999, impossible.GetProperty("logprob").GetDouble());
        Assert.Equal(0, control.GetProperty("top_logprobs").GetArrayLength());
    }

    private static JsonElement Of(TokenChances chances, int token) => JsonElement.Parse(chances.Of(new Token(token)).Span);
}

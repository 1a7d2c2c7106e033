using System.Text;
using NativeHost.Inference.Generation;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class AnswerTextTests
{
    [Theory]
    [InlineData("plain ascii")]
    [InlineData("żółć, 日本語 and 😀👨‍👩‍👧")]
    public void Characters_arrive_whole_wherever_the_bytes_are_cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 1; length <= bytes.Length; length++)
        {
            var answer = new AnswerText([]);
            var shown = new StringBuilder();
            for (var at = 0; at < bytes.Length; at += length)
            {
                var slice = answer.Append(bytes.AsSpan(at, Math.Min(length, bytes.Length - at)));
                shown.Append(Strict(slice.Span));
            }

            shown.Append(Strict(answer.Finish().Span));

            Assert.Equal(text, shown.ToString());
        }
    }

    [Fact]
    public void Any_bytes_become_what_the_runtime_s_own_decoder_makes_of_them_however_they_are_cut()
    {
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = RandomUtf8LikeBytes(random);
            var answer = new AnswerText([]);
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, 6), bytes.Length - at);
                answer.Append(bytes.AsSpan(at, length));
                at += length;
            }

            answer.Finish();

            Assert.Equal(Encoding.UTF8.GetString(bytes), Strict(answer.Released.Span));
        }
    }

    [Theory]
    [InlineData("one STOP two", new[] { "STOP" }, "one ", "STOP")]
    [InlineData("aaab", new[] { "aab" }, "a", "aab")]
    [InlineData("abc", new[] { "abc", "b" }, "a", "b")]
    [InlineData("xabc", new[] { "c", "abc" }, "x", "abc")]
    [InlineData("é😀!", new[] { "😀" }, "é", "😀")]
    [InlineData("STO", new[] { "STOP" }, "STO", null)]
    public void A_stop_text_is_found_at_the_same_place_wherever_the_bytes_are_cut(
        string text, string[] stopTexts, string expected, string? stopText)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 1; length <= bytes.Length; length++)
        {
            var answer = new AnswerText(stopTexts);
            for (var at = 0; at < bytes.Length && answer.StopText is null; at += length)
            {
                answer.Append(bytes.AsSpan(at, Math.Min(length, bytes.Length - at)));
            }

            answer.Finish();

            Assert.Equal(expected, Strict(answer.Released.Span));
            Assert.Equal(stopText, answer.StopText);
        }
    }

    [Fact]
    public void Only_what_could_still_become_a_stop_text_is_held_back()
    {
        var answer = new AnswerText(["\n\nUser"]);

        Assert.Equal("one\n", Strict(answer.Append("one\n\n\n"u8).Span));
        Assert.Equal("\n\nUs!", Strict(answer.Append("Us!"u8).Span));
    }

    [Fact]
    public void What_was_handed_out_stays_as_it_was_while_the_text_grows()
    {
        var answer = new AnswerText([]);
        var first = answer.Append("first"u8);

        for (var i = 0; i < 10_000; i++)
        {
            answer.Append("0123456789"u8);
        }

        Assert.Equal("first", Strict(first.Span));
        Assert.Equal(100_005, answer.Released.Length);
    }

    private static byte[] RandomUtf8LikeBytes(Random random)
    {
        byte[] interesting = [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xFF, 0xC0];
        return [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => interesting[random.Next(interesting.Length)])];
    }

    private static string Strict(ReadOnlySpan<byte> utf8) =>
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(utf8);
}

using System.Text;
using NativeHost.Actions.Commands;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Commands;

/// <summary>How the text of a command becomes words.</summary>
public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("git", "git")]
    [InlineData("  git\t status  ", "git|status")]
    [InlineData("git 'a b' \"c d\"", "git|a b|c d")]
    [InlineData("a\"b c\"d'e f'", "ab cde f")]
    [InlineData("git '' \"\"", "git||")]
    [InlineData(@"C:\Tools\git.exe x", @"C:\Tools\git.exe|x")]
    [InlineData(@"'\\server\share\git.exe'", @"\\server\share\git.exe")]
    [InlineData(@"a\ b \""c\' d\\e", @"a b|""c'|d\e")]
    [InlineData(@"""a\""b\\c\d\'e\ f""", @"a""b\c\d\'e\ f")]
    [InlineData(@"'a\'b", @"a\b")]
    [InlineData(@"a\", @"a\")]
    [InlineData(@"a\b\n", @"a\b\n")]
    [InlineData("a;b | c && d > e < f `id` $(id) $HOME ~ * ? # ! {a,b}", "a;b|||c|&&|d|>|e|<|f|`id`|$(id)|$HOME|~|*|?|#|!|{a,b}")]
    [InlineData("ä\u00A0b\u2003c €😀", "ä\u00A0b\u2003c|€😀")]
    public void It_is_split_by_rules_that_know_quotes_and_backslashes_and_nothing_of_shells(string text, string words)
        => Assert.Equal(words.Replace("|||c|", "|\u0001|c|", StringComparison.Ordinal).Split('|').Select(word => word == "\u0001" ? "|" : word), CommandWords.Of(text));

    [Theory]
    [InlineData(null, "No command provided")]
    [InlineData("", "No command provided")]
    [InlineData(" \t \n", "No command provided")]
    [InlineData("a 'b", "a quote ' that is not closed")]
    [InlineData("a \"b\\\"", "a quote \" that is not closed")]
    [InlineData("a\nb", "without control characters")]
    [InlineData("a\rb", "without control characters")]
    [InlineData("a\0b", "without control characters")]
    [InlineData("a\u0085b", "without control characters")]
    [InlineData("'a\nb'", "without control characters")]
    [InlineData("a\uFFFDb", "without control characters")]
    public void What_is_no_line_of_whole_quotes_is_refused(string? text, string told)
    {
        var refusal = Assert.Throws<RequestException>(() => CommandWords.Of(text));

        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_pair_and_what_is_too_long_are_refused()
    {
        Assert.Throws<RequestException>(() => CommandWords.Of("a \ud800"));
        Assert.Throws<RequestException>(() => CommandWords.Of("a" + new string(' ', CommandWords.MaxLength)));
        Assert.Equal([new string('a', CommandWords.MaxLength)], CommandWords.Of(new string('a', CommandWords.MaxLength)));
    }

    [Fact]
    public void Whatever_words_are_quoted_come_out_as_they_went_in()
    {
        var random = new Random(11);
        for (var round = 0; round < LongRun.Rounds(20_000, 2_000_000); round++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Word(random))];
            if (words.All(word => word.Length == 0 || word.All(letter => letter is ' ' or '\t')))
            {
                words[0] = "x";
            }

            var text = string.Join(random.Next(2) == 0 ? " " : "\t ", words.Select(word => Quoted(word, random)));

            Assert.Equal(words, CommandWords.Of(text));
        }
    }

    [Fact]
    public void Any_text_gives_words_or_a_refusal_and_no_letter_is_made_up()
    {
        var random = new Random(12);
        const string Letters = "ab \t'\"\\\\;|$`\n\u0000é😀";
        for (var round = 0; round < LongRun.Rounds(20_000, 2_000_000); round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)])]);
            try
            {
                var words = CommandWords.Of(text);

                Assert.NotEmpty(words);
                var rest = text.AsSpan();
                foreach (var letter in string.Concat(words))
                {
                    var at = rest.IndexOf(letter);
                    Assert.True(at >= 0, $"{text} gives {string.Join('|', words)}");
                    rest = rest[(at + 1)..];
                }
            }
            catch (RequestException e)
            {
                Assert.Equal(ErrorCode.InvalidRequest, e.Code);
            }
        }
    }

    private static string Word(Random random)
    {
        const string Letters = "abc \t'\"\\;|&$`<>(){}*~#é";
        return new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)])]);
    }

    // In pieces, each in one of the three ways.
    private static string Quoted(string word, Random random)
    {
        var quoted = new StringBuilder(word.Length == 0 ? "''" : "");
        for (var at = 0; at < word.Length;)
        {
            var piece = word.Substring(at, random.Next(1, word.Length - at + 1));
            at += piece.Length;
            quoted.Append(random.Next(3) switch
            {
                0 when !piece.Contains('\'', StringComparison.Ordinal) => $"'{piece}'",
                1 => $"\"{piece.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
                _ => string.Concat(piece.Select(letter => letter is '\'' or '"' or '\\' or ' ' or '\t' ? $"\\{letter}" : $"{letter}")),
            });
        }

        return quoted.ToString();
    }
}

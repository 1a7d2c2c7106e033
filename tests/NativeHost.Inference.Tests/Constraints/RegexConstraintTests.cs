using System.Text.RegularExpressions;
using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

public sealed class RegexConstraintTests
{
    [Theory]
    [InlineData("a|bc", "a bc", "b c abc")]
    [InlineData("^ab$|^c", "ab c", "abc")]
    [InlineData("(a|b)*c+d?", "c abbac ccd", "d ab cdd")]
    [InlineData("[a-c]{2,3}", "ab abc", "a abcd xy")]
    [InlineData("x{40,42}", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx x")]
    [InlineData("(ab){30,}", "abababababababababababababababababababababababababababababababab", "ab aba")]
    [InlineData("[^a-y]", "z ä €", "a y zz")]
    [InlineData("\\p{Lu}\\p{Ll}+", "Über Ab", "über AB")]
    [InlineData("\\P{L}", "1 -", "a ä")]
    [InlineData("\\u{1F600}|\\uD834\\uDD1E", "😀 𝄞", "x")]
    [InlineData("(?<year>\\d{4})-\\d\\d", "2024-01", "2024-1 ２０２４-01")]
    [InlineData("[\\]x-]+", "]-x", "y")]
    [InlineData("(?:)x|()y", "x y", "xy")]
    [InlineData("a??b+?", "b ab abb", "a aab")]
    [InlineData("(a{1,20}b?){30,60}c", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaac")]
    [InlineData("(?:a{2}){2}", "aaaa", "aa")]
    public void A_whole_text_is_matched(string pattern, string matching, string others)
    {
        Assert.All(matching.Split(' '), text => Assert.True(Constrained.Allows(new RegexSpec(pattern), text), text));
        Assert.All(others.Split(' '), text => Assert.False(Constrained.Allows(new RegexSpec(pattern), text), text));
    }

    [Theory]
    [InlineData("(a)\\1", "References back")]
    [InlineData("(?=a)b", "Assertions")]
    [InlineData("(?<!a)b", "Assertions")]
    [InlineData("(?i)a", "flags")]
    [InlineData("\\bword\\b", "place between characters")]
    [InlineData("a(^b)", "'^' is supported at the pattern's ends only")]
    [InlineData("a$b", "nothing can match")]
    [InlineData("a++", "follows a repetition")]
    [InlineData("a{2}{3}", "follows a repetition")]
    [InlineData("*a", "repeats nothing")]
    [InlineData("(a", "no ')'")]
    [InlineData("a)", "no '('")]
    [InlineData("[a", "no ']'")]
    [InlineData("[b-a]", "ends before it begins")]
    [InlineData("a{3,2}", "ends below where it begins")]
    [InlineData("a{9999999999}", "needs a number")]
    [InlineData("\\p{Greek}", "no category 'Greek'")]
    [InlineData("\\uD800", "surrogate")]
    [InlineData("[[:alpha:]]", "Named classes")]
    [InlineData("a\\", "stands at the end")]
    [InlineData("[]", "No text satisfies")]
    [InlineData("(a?){1000}", "may be empty")]
    public void What_is_not_supported_is_refused_with_its_reason(string pattern, string reason) =>
        Assert.Contains(reason, Assert.Throws<ConstraintException>(() => Constrained.Compile(new RegexSpec(pattern))).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_generated_under_a_pattern_matches_it()
    {
        var complete = 0;
        for (var seed = 0; complete < 200; seed++)
        {
            Assert.InRange(seed, 0, 250);
            var pattern = new PatternMaker(new Random(seed)).Pattern();
            var constraint = Constrained.Compile(new RegexSpec(pattern));

            // .NET's own matches UTF-16 units, of which these characters have two.
            var text = Constrained.Generate(constraint, seed, isJson: false, HasFourByteCharacters);
            if (text is null)
            {
                // Such as ".*cd": chance alone does not find the end.
                continue;
            }

            complete++;
            Assert.True(Regex.IsMatch(text, $"\\A(?:{pattern})\\z", RegexOptions.ECMAScript), $"Seed {seed}: {pattern} made {text}");
        }
    }

    [Fact]
    public void Masks_are_what_each_token_by_itself_does()
    {
        var random = new Random(1);
        for (var seed = 0; seed < 100; seed++)
        {
            var pattern = new PatternMaker(new Random(seed)).Pattern();
            var state = Constrained.Compile(new RegexSpec(pattern)).Start();
            for (var i = 0; i < 20 && !state.IsFinished; i++)
            {
                var allowed = Constrained.CheckMask(state);
                Assert.True(allowed.Count > 0, $"{pattern} {i}");
                Assert.True(state.Accept(allowed[random.Next(allowed.Count)]));
            }
        }
    }

    private static bool HasFourByteCharacters(int id)
    {
        var piece = new byte[16];
        return piece.AsSpan(0, Constrained.Tokenizer.WritePiece(new Token(id), piece)).ContainsAnyInRange((byte)0xF0, (byte)0xFF);
    }
}

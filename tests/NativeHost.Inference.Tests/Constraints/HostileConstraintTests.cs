using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

/// <summary>Constraints that would cost without bound: each is refused, or costs little.</summary>
public sealed class HostileConstraintTests
{
    // Wide enough for a busy machine; without limits these take minutes or for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("(((a{1,1000}){1,1000}){1,1000}){1,1000}")]
    [InlineData("((((((((((a*)*)*)*)*)*)*)*)*)*b")]
    [InlineData("((((((((((a+)+)+)+)+)+)+)+)+)+b")]
    [InlineData("((((((((((a?){9}){9}){9}){9}){9}){9}){9}){9}){9}){9}")]
    [InlineData("(a|a)*(a|aa)*(a|aaa)*b")]
    [InlineData("(.*)*x(.*)*y(.*)*z")]
    [InlineData("[ab]*a[ab]{20}")]
    [InlineData("[ab]*a[ab]{20000}")]
    [InlineData(".{100000}")]
    [InlineData("(.{1,60} ?){1,500}")]
    [InlineData("(.{30,60} ?){30,500}")]
    public void Patterns_that_blow_up_are_bounded(string pattern) => Write(new RegexSpec(pattern));

    [Fact]
    public void A_string_of_any_length_below_a_million_costs_no_states()
    {
        var constraint = Constrained.Compile(new JsonSchemaSpec("""{"type":"string","minLength":1000,"maxLength":1000000}"""));

        Assert.InRange(constraint.StateCount, 1, 200);
        Assert.True(Constrained.Allows(new JsonSchemaSpec("""{"type":"string","minLength":1000,"maxLength":1000000}"""), $"\"{new string('x', 1000)}\""));
        Assert.False(Constrained.Allows(new JsonSchemaSpec("""{"type":"string","minLength":1000,"maxLength":1000000}"""), $"\"{new string('x', 999)}\""));
    }

    [Theory]
    [MemberData(nameof(Huge))]
    public void Huge_constraints_are_bounded(string name, ConstraintSpec spec)
    {
        Assert.NotEmpty(name);
        Write(spec);
    }

    public static TheoryData<string, ConstraintSpec> Huge => new()
    {
        { "20,000 properties", new JsonSchemaSpec(Members("properties", 20_000, i => $"\"p{i}\":{{\"type\":\"string\"}}")) },
        { "3,000 optional properties", new JsonSchemaSpec(Members("properties", 3_000, i => $"\"p{i}\":{{\"type\":\"string\"}}")) },
        { "nested 5,000 deep", new JsonSchemaSpec(string.Concat(Enumerable.Repeat("""{"items":""", 5_000)) + "{}" + new string('}', 5_000)) },
        { "a row of 2,000 references", new JsonSchemaSpec(Members("$defs", 2_000, i => $"\"d{i}\":{{\"items\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}}}", "\"d2000\":{}")) },
        { "a row of 2,000 bare references", new JsonSchemaSpec(Members("$defs", 2_000, i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}", "\"d2000\":{}")) },
        { "30,000 first items", new JsonSchemaSpec($$"""{"prefixItems":[{{string.Join(',', Enumerable.Repeat("{}", 30_000))}}]}""") },
        { "5,000 first items", new JsonSchemaSpec($$"""{"prefixItems":[{{string.Join(',', Enumerable.Repeat("{}", 5_000))}}],"minItems":4000}""") },
        { "1,000 patterns of one string", new JsonSchemaSpec($$"""{"allOf":[{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"{{\"pattern\":\"a.{{{i % 50}}}b\"}}"))}}]}""") },
        { "1,000 strings with patterns", new JsonSchemaSpec(Members("properties", 1_000, i => $"\"p{i}\":{{\"pattern\":\"a.{{100}}b|c.{{{i % 90}}}d\"}}")) },
        { "a pattern and 20,000 values", new JsonSchemaSpec($$"""{"pattern":"a.{90}b|c.{80}d","enum":[{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"v{i}\""))}},"c{{new string('x', 80)}}d"]}""") },
        { "repetitions of repetitions", new GrammarSpec("root ::= \"a\"" + string.Concat(Enumerable.Repeat("{2}", 10_000))) },
        { "categories", new RegexSpec(string.Concat(Enumerable.Repeat("\\p{L}", 800))) },
        { "a class of categories", new RegexSpec($"[{string.Concat(Enumerable.Repeat("\\p{L}", 800))}]") },
        { "a class of 4,000 characters", new RegexSpec($"[{string.Concat(Enumerable.Range(0, 4_000).Select(i => (char)(0x4E00 + (2 * i))))}]+") },
        { "products of options", new JsonSchemaSpec($$"""{"allOf":[{{string.Join(',', Enumerable.Range(0, 20).Select(i => $"{{\"anyOf\":[{{\"required\":[\"a{i}\"]}},{{\"required\":[\"b{i}\"]}}]}}"))}}]}""") },
        { "60,000 values", new JsonSchemaSpec($$"""{"enum":[{{string.Join(',', Enumerable.Range(0, 60_000))}}]}""") },
        { "tall choices", new ChoicesSpec([.. Enumerable.Range(1, 1_000).Select(i => new string('a', i))]) },
        { "patterns that multiply", new JsonSchemaSpec("""{"type":"string","allOf":[{"pattern":"a.{100}b"},{"pattern":"b.{101}a"},{"pattern":"c.{102}b"}]}""") },
        { "a pattern in a length", new JsonSchemaSpec("""{"type":"string","pattern":"^(a|b)*$","maxLength":100000}""") },
        { "rules in a row", new GrammarSpec("root ::= r0\n" + string.Concat(Enumerable.Range(0, 15_000).Select(i => $"r{i} ::= r{i + 1} | \"x\"\n")) + "r15000 ::= \"a\"") },
        { "rules in a row, the other way", new GrammarSpec("r0 ::= \"a\"\n" + string.Concat(Enumerable.Range(1, 15_000).Select(i => $"r{i} ::= r{i - 1} \"b\" | \"\"\n")) + "root ::= r15000") },
        { "too many rules", new GrammarSpec("root ::= \"a\"\n" + string.Concat(Enumerable.Range(1, 30_000).Select(i => $"r{i} ::= \"b\"\n"))) },
        { "groups in groups", new GrammarSpec("root ::= " + new string('(', 50_000) + "\"a\"" + new string(')', 50_000)) },
        { "groups in groups of a pattern", new RegexSpec(new string('(', 9_000) + "a" + new string(')', 9_000)) },
        { "ambiguous", new GrammarSpec("root ::= \"a\" root root | \"a\" root | \"a\"") },
        { "ambiguous with a tail", new GrammarSpec("root ::= \"a\" root \"x\" root | \"a\" root \"y\" | \"a\" root root \"z\" | \"a\"") },
    };

    [Fact]
    public void What_a_long_generation_meets_is_forgotten_in_time()
    {
        // Each depth is another configuration.
        var constraint = Constrained.Compile(new JsonValueSpec(false));
        var state = constraint.Start();
        var idle = constraint.Start();
        var before = PlaceOf(idle);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(state.Allows(new Token('[')));
            Assert.True(state.Accept(new Token('[')));
        }

        // The other generation's next token is the first that is asked for since.
        Assert.True(idle.Allows(new Token(']')));
        GC.Collect();
        Assert.False(before.IsAlive, "What was forgotten is still held.");
        Assert.InRange(constraint.CachedBytes, 0, 2 * ConstraintLimits.CacheBytes);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(state.Accept(new Token(']')));
        }

        Assert.True(state.IsFinished);
    }

    [Fact]
    public void A_vocabulary_that_lacks_bytes_is_told_from_one_that_has_them()
    {
        var tokenizer = new LettersTokenizer(["a", "b", "\"", "ä", "yes", "ye", "xz"]);
        var compiler = new ConstraintCompiler(tokenizer);

        Assert.Contains("cannot spell", Assert.Throws<ConstraintException>(() => compiler.Compile(new LiteralSpec("abc"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot spell", Assert.Throws<ConstraintException>(() => compiler.Compile(new ChoicesSpec(["yes"]))).Message, StringComparison.Ordinal);

        // Behind "ye" there is no "s".
        var state = compiler.Compile(new RegexSpec("(yes|a|xz?)b")).Start();
        Assert.Equal(["a", "xz", "yes"], tokenizer.Texts.Where((_, id) => state.Allows(new Token(id))).Order(StringComparer.Ordinal));
    }

    // Apart, so that no local of the test holds it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PlaceOf(ConstraintState state)
    {
        Assert.True(state.Accept(new Token('[')));
        Assert.True(state.Allows(new Token('[')));
        return new WeakReference(state.At);
    }

    /// <summary>A schema with many members of one keyword; of definitions it refers to the first.</summary>
    private static string Members(string keyword, int count, Func<int, string> member, string last = "\"last\":{}") =>
        $"{{{(keyword == "$defs" ? "\"$ref\":\"#/$defs/d0\"," : "")}\"{keyword}\":{{{string.Join(',', Enumerable.Range(0, count).Select(member).Append(last))}}}}}";

    /// <summary>Compiles, and writes a little: it ends in time, or a message says why not.</summary>
    private static void Write(ConstraintSpec spec)
    {
        var started = Stopwatch.StartNew();
        try
        {
            var state = Constrained.Compile(spec).Start();
            var random = new Random(1);
            for (var i = 0; i < 40 && !state.IsFinished; i++)
            {
                var allowed = Enumerable.Range(0, Constrained.Tokenizer.VocabularySize).Where(id => state.Allows(new Token(id))).ToList();
                Assert.NotEmpty(allowed);
                Assert.True(state.Accept(new Token(allowed[random.Next(allowed.Count)])));
            }
        }
        catch (ConstraintException fault)
        {
            Assert.InRange(fault.Message.Length, 20, 500);
        }

        Assert.InRange(started.Elapsed, TimeSpan.Zero, Patience);
    }

    /// <summary>A token for each text, and nothing else.</summary>
    private sealed class LettersTokenizer(string[] texts) : ITokenizer
    {
        public string[] Texts => texts;

        public int VocabularySize => texts.Length;

        public Token? BeginOfText => null;

        public IReadOnlyList<string> ControlTexts => [];

        public int MaxPieceBytes => 8;

        public void Tokenize(string text, TextKind kind, List<Token> tokens) => throw new NotSupportedException();

        public int WritePiece(Token token, Span<byte> utf8) => Encoding.UTF8.GetBytes(texts[token.Id], utf8);

        public bool EndsGeneration(Token token) => false;
    }
}

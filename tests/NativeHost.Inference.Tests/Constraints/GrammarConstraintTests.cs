using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

public sealed class GrammarConstraintTests
{
    private const string Arithmetic = """
        # sums of products, as in llama.cpp's examples
        root  ::= (expr "=" ws term "\n")+
        expr  ::= term ([-+*/] term)*
        term  ::= ident | num | "(" ws expr ")" ws
        ident ::= [a-z] [a-z0-9_]* ws
        num   ::= [0-9]+ ws
        ws    ::= [ \t\n]*
        """;

    private const string Chess = """
        root ::= "1. " move " " move "\n" ([1-9] [0-9]? ". " move " " move "\n")+
        move ::= (pawn | nonpawn |
                  castle) [+#]?   # what a player does
        nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
        pawn ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
        castle ::= "O-O" "-O"?
        """;

    [Theory]
    [InlineData(Arithmetic, "1+2*(a-3)=4\n", "1+=2\n")]
    [InlineData(Arithmetic, "(x)= 1 \ny=2\n", "(x=1\n")]
    [InlineData(Chess, "1. e4 e5\n2. Nf3 Nc6\n", "1. e4 e5\n")]
    [InlineData(Chess, "1. O-O-O+ exd8=Q#\n12. e4 e5\n", "1. O-O-O+ exd9=Q#\n12. e4 e5\n")]
    [InlineData("root ::= \"\\x41\\u00e4\\U0001F600\\\"\\\\\" .", "Aä😀\"\\€", "Aä😀\"\\")]
    [InlineData("root ::= [^\\]a-c]{2,3} \"]\"{,2}", "xyz]", "xa]")]
    [InlineData("root ::= a\r\na ::= \"x\" b | \"\"\r\nb ::= \"y\" a", "xyxy", "xyx")]
    [InlineData("root ::= \"a\" | # one\n  \"b\"\n\n\n", "b", "ab")]
    [InlineData("root ::= p\np ::= \"(\" p \")\" p | ", "(()())()", "(()")]
    public void Texts_of_a_grammar_are_allowed_and_others_not(string grammar, string text, string other)
    {
        Assert.True(Constrained.Allows(new GrammarSpec(grammar), text));
        Assert.False(Constrained.Allows(new GrammarSpec(grammar), other));
    }

    [Theory]
    [InlineData("root ::= root \"a\" | \"b\"", "root: The rule comes back to itself")]
    [InlineData("root ::= \"x\" a\na ::= b* c\nb ::= \"b\"\nc ::= a \"y\" | \"z\"", "a: The rule comes back to itself")]
    [InlineData("root ::= \"a\" missing", "missing: The grammar refers to this rule")]
    [InlineData("other ::= \"a\"", "no rule 'root'")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "root: The rule is defined twice")]
    [InlineData("root ::= \"a\"\nb = \"c\"", "line 2: '::=' has to follow")]
    [InlineData("root ::= <think>", "Tokens in a grammar")]
    [InlineData("root ::= \"a", "'\"' is missing")]
    [InlineData("root ::= [z-a]", "ends before it begins")]
    [InlineData("root ::= \"a\" )", "not expected")]
    [InlineData("root ::= \"\\q\"", "no escape")]
    [InlineData("root ::= \"a\" root", "No text satisfies")]
    [InlineData("", "no rule 'root'")]
    public void What_is_wrong_is_told_with_its_place(string grammar, string message) =>
        Assert.Contains(message, Assert.Throws<ConstraintException>(() => Constrained.Compile(new GrammarSpec(grammar))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Arithmetic)]
    [InlineData(Chess)]
    [InlineData("root ::= p\np ::= \"(\" p \")\" p | \"\"")]
    public void Masks_are_what_each_token_by_itself_does(string grammar)
    {
        var random = new Random(1);
        var state = Constrained.Compile(new GrammarSpec(grammar)).Start();
        for (var i = 0; i < 200; i++)
        {
            var allowed = Constrained.CheckMask(state);
            Assert.True(state.Accept(allowed[random.Next(allowed.Count)]));
        }
    }

    [Fact]
    public void A_rule_that_never_ends_is_not_entered()
    {
        var state = Constrained.Compile(new GrammarSpec("root ::= \"a\" endless | \"b\"\nendless ::= \"c\" endless")).Start();

        Assert.False(state.Accept(new Token('a')));
        Assert.True(state.Accept(new Token('b')));
        Assert.True(state.IsFinished);

        var optional = Constrained.Compile(new GrammarSpec("root ::= \"a\" (endless | \"\")\nendless ::= \"c\" endless")).Start();
        Assert.True(optional.Accept(new Token('a')));
        Assert.True(optional.IsFinished);
    }
}

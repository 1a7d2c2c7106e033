using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace NativeHost.Jinja.Syntax;

/// <summary>A place in a template's tokens, and how deep the parsers are in there.</summary>
internal sealed class TokenCursor(string source, List<Token> tokens)
{
    private int _at;
    private int _depth;

    public Token Current => tokens[_at];

    public Token Ahead => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public Token Take()
    {
        var token = tokens[_at];
        if (token.Kind != TokenKind.End)
        {
            _at++;
        }

        return token;
    }

    public bool TryTake(TokenKind kind, string text)
    {
        if (!Current.Is(kind, text))
        {
            return false;
        }

        _at++;
        return true;
    }

    public bool TrySign(string sign) => TryTake(TokenKind.Sign, sign);

    public bool TryName(string name) => TryTake(TokenKind.Name, name);

    public bool IsSign(string sign) => Current.Is(TokenKind.Sign, sign);

    public bool IsName(string name) => Current.Is(TokenKind.Name, name);

    public void ExpectSign(string sign)
    {
        if (!TrySign(sign))
        {
            Fail($"{sign} is needed here, but {Describe(Current)} stands here.");
        }
    }

    public string ExpectName(string what)
    {
        if (Current.Kind != TokenKind.Name)
        {
            Fail($"{what} is needed here, but {Describe(Current)} stands here.");
        }

        return Take().Text;
    }

    public void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            Fail($"The tag should end here, but {Describe(Current)} follows.");
        }

        Take();
    }

    /// <summary>Goes one level deeper; a template cannot make the parser use up its stack.</summary>
    public void Enter()
    {
        if (++_depth > RenderLimits.MaxSourceDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Fail($"Expressions and blocks lie in one another more than {RenderLimits.MaxSourceDepth} deep here; use a template that nests less.");
        }
    }

    public void Leave() => _depth--;

    [DoesNotReturn]
    public void Fail(string reason) => Fail(Current.Offset, reason);

    [DoesNotReturn]
    public void Fail(int offset, string reason) => throw JinjaException.At(source, offset, JinjaErrorKind.Syntax, reason);

    public static string Describe(Token token) => token.Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.Text => "text",
        TokenKind.OpenTag or TokenKind.OpenPrint => "a tag",
        TokenKind.CloseTag or TokenKind.ClosePrint => "the end of the tag",
        TokenKind.StringLiteral => "a text",
        _ => token.Text,
    };
}

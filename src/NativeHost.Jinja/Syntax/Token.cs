namespace NativeHost.Jinja.Syntax;

internal enum TokenKind
{
    /// <summary>Text between tags, as it is printed.</summary>
    Text,
    OpenPrint,
    ClosePrint,
    OpenTag,
    CloseTag,
    Name,
    StringLiteral,
    IntegerLiteral,
    FloatLiteral,

    /// <summary>A sign: an operator, a bracket, a comma.</summary>
    Sign,
    End,
}

/// <summary>The smallest part of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its characters; of a text literal what it stands for.</param>
/// <param name="Offset">Where it begins in the source.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}

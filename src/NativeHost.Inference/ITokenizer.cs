namespace NativeHost.Inference;

/// <summary>A model's vocabulary: text to tokens and back.</summary>
/// <remarks>Safe to call from any thread.</remarks>
public interface ITokenizer
{
    /// <summary>Number of entries; token ids are below it.</summary>
    int VocabularySize { get; }

    /// <summary>The token that starts a text, where the model wants one there; null where it does not.</summary>
    Token? BeginOfText { get; }

    /// <summary>The text of the vocabulary's begin-of-text token, for a template that writes it out; empty where there is none.</summary>
    string BeginText => "";

    /// <summary>The text of the token that ends a text; empty where there is none.</summary>
    string EndText => "";

    /// <summary>The tokens with which the model is asked for what lies between two texts; null where it has none.</summary>
    InfillTokens? Infill => null;

    /// <summary>The texts that mean a control token when control text is tokenized, such as <c>&lt;|im_start|&gt;</c>.</summary>
    IReadOnlyList<string> ControlTexts { get; }

    /// <summary>Appends the tokens of <paramref name="text"/>, without a begin-of-text token.</summary>
    /// <param name="kind">Whether control tokens' texts mean those tokens, or are plain characters.</param>
    /// <param name="tokens">What the tokens are added to.</param>
    void Tokenize(string text, TextKind kind, List<Token> tokens);

    /// <summary>Writes the bytes that a token stands for, which may be a part of a character. Control tokens have none.</summary>
    /// <returns>Number of bytes written; never more than <see cref="MaxPieceBytes"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    int WritePiece(Token token, Span<byte> utf8);

    /// <summary>Most bytes that one token stands for.</summary>
    int MaxPieceBytes { get; }

    /// <summary>Whether the model ends its turn with this token.</summary>
    bool EndsGeneration(Token token);
}

/// <summary>Where a text comes from, which decides whether it may name control tokens.</summary>
public enum TextKind
{
    /// <summary>Written by a person or a model: every character is just a character.</summary>
    Plain,

    /// <summary>Written by a chat template: the texts of control tokens mean those tokens.</summary>
    Control,
}

/// <summary>Tokens around the texts of an infill: the prompt is [prefix] before [suffix] behind [middle], and the model goes on with what lies between.</summary>
public sealed record InfillTokens(Token Prefix, Token Suffix, Token Middle);

namespace NativeHost.Jinja;

/// <summary>Why a template gave no text.</summary>
public enum JinjaErrorKind
{
    /// <summary>The template is not written in the language: another template is needed.</summary>
    Syntax,

    /// <summary>The template does with a value what cannot be done with it: other messages, or another template, are needed.</summary>
    Operation,

    /// <summary>A bound of <see cref="RenderLimits"/> was reached: the template loops, or the conversation is too long for it.</summary>
    Limit,

    /// <summary>The template itself refuses what it was given, by <c>raise_exception</c>; <see cref="JinjaException.Reason"/> is its own text.</summary>
    Raised,
}

/// <summary>A template could not be read or rendered.</summary>
/// <param name="kind">What went wrong.</param>
/// <param name="reason">What is wrong and what would be right, without the position; for <see cref="JinjaErrorKind.Raised"/> the template's own message.</param>
/// <param name="line">Line in the template, from 1.</param>
/// <param name="column">Column in that line, in UTF-16 units from 1.</param>
public sealed class JinjaException(JinjaErrorKind kind, string reason, int line, int column)
    : Exception($"{reason} (line {line}, column {column} of the chat template)")
{
    /// <summary>What went wrong.</summary>
    public JinjaErrorKind Kind { get; } = kind;

    /// <summary>The message without the position.</summary>
    public string Reason { get; } = reason;

    /// <summary>Line in the template, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column in the line, from 1.</summary>
    public int Column { get; } = column;

    internal static JinjaException At(string source, int offset, JinjaErrorKind kind, string reason)
    {
        var before = source.AsSpan(0, Math.Min(offset, source.Length));
        return new JinjaException(kind, reason, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}

/// <summary>A failure before anybody has said where in the template: <see cref="JinjaTemplate.Render"/> makes a <see cref="JinjaException"/> of it.</summary>
internal sealed class JinjaFailure(JinjaErrorKind kind, string reason) : Exception(reason)
{
    public JinjaErrorKind Kind { get; } = kind;

    public static JinjaFailure Operation(string reason) => new(JinjaErrorKind.Operation, reason);

    public static JinjaFailure Limit(string reason) => new(JinjaErrorKind.Limit, reason);
}

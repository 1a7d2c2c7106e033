namespace NativeHost.Jinja;

/// <summary>A piece of a text that has one origin.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Length">In UTF-16 units; more than 0.</param>
/// <param name="IsTrusted">True if all of it stands in the template itself or in a text that the caller marked so; false if any of it came with the context's values.</param>
public readonly record struct TextRun(int Start, int Length, bool IsTrusted);

/// <summary>What a template made, and which parts of it are the template's own.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Runs">Its pieces in order, without gaps; neighbours differ in trust.</param>
/// <remarks>
/// A special token may be read only where all of its characters lie in one trusted run. What lies between special tokens is tokenised as one
/// plain text, whatever runs it is made of: borders of runs are not borders of tokens.
/// </remarks>
public sealed record RenderedText(string Text, IReadOnlyList<TextRun> Runs)
{
    /// <summary>The whole text.</summary>
    public override string ToString() => Text;
}

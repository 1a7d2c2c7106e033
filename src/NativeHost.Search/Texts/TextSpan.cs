namespace NativeHost.Search.Texts;

/// <summary>A part of a text.</summary>
/// <param name="Start">Where it begins, in UTF-16 units, as <c>substring</c> of .NET and of JavaScript counts.</param>
/// <param name="End">Where it ends: the unit behind its last one.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>UTF-16 units.</summary>
    public int Length => End - Start;

    /// <summary>The part itself.</summary>
    public string Of(string text) => text[Start..End];
}

namespace NativeHost.Jinja;

/// <summary>How much a rendering may cost. A template comes with a model file, so it is foreign code.</summary>
/// <remarks>The defaults are some hundred times what a chat of a hundred messages needs, and are used up in about a second.</remarks>
public sealed record RenderLimits
{
    /// <summary>Characters of a template's source; more are refused before it is read.</summary>
    public const int MaxSourceCharacters = 4 * 1024 * 1024;

    /// <summary>How deep expressions and blocks may lie in one another in a template's source.</summary>
    public const int MaxSourceDepth = 100;

    /// <summary>The defaults.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>Evaluated parts of the template; operations on long values count for more.</summary>
    public int MaxSteps { get; init; } = 10_000_000;

    /// <summary>How deep calls, expressions and values may lie in one another while it runs.</summary>
    public int MaxDepth { get; init; } = 500;

    /// <summary>Characters of all texts that are made on the way, the output among them.</summary>
    public long MaxCharacters { get; init; } = 128L * 1024 * 1024;

    /// <summary>Characters of the output.</summary>
    public int MaxOutputCharacters { get; init; } = 32 * 1024 * 1024;

    /// <summary>Elements of one <c>range()</c>, and of a list or text that is multiplied.</summary>
    public int MaxRange { get; init; } = 100_000;
}

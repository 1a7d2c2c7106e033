namespace NativeHost.Settings.Commands;

/// <summary>What one argument of a command may be; it never says anything about another one.</summary>
internal abstract record ArgumentPattern
{
    public abstract bool Allows(string argument);
}

/// <summary>One of a few texts, to the letter.</summary>
internal sealed record ListedArgument(IReadOnlyList<string> Texts) : ArgumentPattern
{
    public override bool Allows(string argument) => Texts.Contains(argument, StringComparer.Ordinal);
}

/// <summary>A text with gaps: each <c>*</c> stands for any number of harmless characters.</summary>
/// <remarks>
/// Harmless are ASCII letters and digits, <c>_</c>, <c>-</c> and <c>.</c>, and what the user adds. An argument that would be read as an
/// option, with a <c>-</c> at its start that the pattern does not have, or a <c>/</c>, by which Windows knows options and others a path from the
/// root, is not allowed, nor is one that leads out of a folder by <c>..</c>.
/// </remarks>
/// <param name="Like">The text, with at least one <c>*</c>.</param>
/// <param name="Characters">What else a <c>*</c> may stand for.</param>
/// <param name="MaxLength">Most characters of the whole argument, in UTF-16.</param>
internal sealed record WildcardArgument(string Like, string Characters, int MaxLength) : ArgumentPattern
{
    public const char Gap = '*';
    public const int UsualLength = 64;
    public const int LongestLength = 1024;

    public override bool Allows(string argument)
        => argument.Length <= MaxLength
            && (argument is not ['-' or '/' or '\\', ..] || Like[0] == argument[0])
            && !LeadsUp(argument)
            && Fits(argument);

    /// <summary>Whether a part between slashes, of either kind, is two dots.</summary>
    public static bool LeadsUp(string text) => text.Split('/', '\\').Contains("..");

    // A text between two gaps is looked for as early as it comes, and looked for again one character later where the rest does not fit.
    private bool Fits(ReadOnlySpan<char> argument)
    {
        var (inText, inPattern, gap, resumed) = (0, 0, -1, 0);
        while (inText < argument.Length)
        {
            if (inPattern < Like.Length && Like[inPattern] == Gap)
            {
                (gap, resumed) = (inPattern, inText);
                inPattern++;
            }
            else if (inPattern < Like.Length && Like[inPattern] == argument[inText])
            {
                inPattern++;
                inText++;
            }
            else if (gap >= 0 && IsHarmless(argument[resumed]))
            {
                resumed++;
                (inText, inPattern) = (resumed, gap + 1);
            }
            else
            {
                return false;
            }
        }

        return Like.AsSpan(inPattern).IndexOfAnyExcept(Gap) < 0;
    }

    private bool IsHarmless(char character)
        => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' || Characters.Contains(character, StringComparison.Ordinal);
}

namespace NativeHost.Testing;

/// <summary>Random regular expressions of what is supported.</summary>
internal sealed class PatternMaker(Random random)
{
    private static readonly string[] Atoms =
        ["a", "b", "cd", "ä", "\u20AC", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[a-f]", "[^a-z]", "[\\d_-]", "[^\\w\\s]", "\\.", "\\n", "\\x41", "\\u00e9", "[\\]\\\\]", "[a\\-z]", " ", "\"", "\\/", "-", "[À-ÿ]"];

    // The last two are not for groups: counts within counts have too many ways to be read.
    private static readonly string[] Repeats = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "{40,60}", "{3,90}"];

    public string Pattern() => random.Next(4) == 0 ? $"^{Alternatives(0)}$" : Alternatives(0);

    private string Alternatives(int depth)
    {
        var options = Enumerable.Range(0, 1 + random.Next(depth == 0 ? 1 : 3)).Select(_ => Sequence(depth));
        return string.Join('|', options);
    }

    private string Sequence(int depth) => string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Part(depth)));

    private string Part(int depth)
    {
        var atom = depth < 3 && random.Next(4) == 0
            ? $"({(random.Next(2) == 0 ? "?:" : random.Next(3) == 0 ? $"?<n{random.Next(100)}>" : "")}{Alternatives(depth + 1)})"
            : Atoms[random.Next(Atoms.Length)];
        if (random.Next(3) > 0)
        {
            return atom;
        }

        return (atom.Length > 1 && atom[0] is not ('[' or '(' or '\\') ? $"(?:{atom})" : atom) + Repeats[random.Next(Repeats.Length - (atom[0] == '(' ? 2 : 0))];
    }
}

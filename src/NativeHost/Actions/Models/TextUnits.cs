namespace NativeHost.Actions.Models;

/// <summary>
/// Cuts many texts into units of work of about a second, whatever the model and the machine: what others ask of the model gets its turn between two of them, a stop
/// is heeded there, and a worker has something to say after each.
/// </summary>
/// <remarks>One thread at a time. Texts of like length share a unit, because a model waits for the longest of a call.</remarks>
internal sealed class TextUnits
{
    /// <summary>Characters of the first unit, from whose time the next ones get their size: about 2,000 tokens.</summary>
    public const int FirstCost = 8192;

    /// <summary>Most texts of a unit.</summary>
    public const int MostTexts = 1024;

    /// <summary>Most characters of a unit's texts, unless one alone has more: six bytes each are far from what a worker's link takes in a frame.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    private const int LeastCost = 1024;

    /// <summary>What every text costs, however short it is, in characters.</summary>
    private const int CostOfText = 16;

    /// <summary>More of them are no token; what is behind a model's context costs next to nothing.</summary>
    private const int CharactersOfToken = 4;

    /// <summary>A unit is so many times the one before at most: the first calls of a model are slower than those after them.</summary>
    private const int MostGrowth = 4;

    /// <summary>Bytes of all vectors of a unit: in base64 they are a third more, and a worker's link takes 64 MiB.</summary>
    private const int MostVectorBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan Aim = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _texts;
    private readonly List<int> _byLength;
    private readonly int _beside;
    private readonly long _mostOfText;
    private readonly int _mostTexts;
    private double _cost = FirstCost;
    private long _taken;
    private int _next;

    /// <param name="beside">Characters that the model reads with each: a query, or a prefix.</param>
    /// <param name="contextTokens">Most tokens that it reads of one.</param>
    /// <param name="dimensions">Numbers of a vector that comes back for each.</param>
    public TextUnits(IReadOnlyList<string> texts, int beside, int contextTokens, int dimensions)
    {
        (_texts, _beside) = (texts, beside);
        _mostOfText = (long)CharactersOfToken * contextTokens;
        _mostTexts = Math.Clamp(MostVectorBytes / sizeof(float) / Math.Max(1, dimensions), 1, MostTexts);
        _byLength = [.. Enumerable.Range(0, texts.Count).OrderBy(text => texts[text].Length)];
    }

    /// <summary>The next unit's texts, in their order; none after the last one.</summary>
    public IReadOnlyList<int> Next()
    {
        var (first, characters) = (_next, 0L);
        for (_taken = 0; _next < _byLength.Count && _next - first < _mostTexts; _next++)
        {
            var length = _texts[_byLength[_next]].Length;
            var cost = CostOfText + Math.Min(_mostOfText, (long)length + _beside);
            if (_next > first && (_taken + cost > _cost || characters + length > MostCharacters))
            {
                break;
            }

            (_taken, characters) = (_taken + cost, characters + length);
        }

        return [.. _byLength.GetRange(first, _next - first).Order()];
    }

    /// <summary>Tells how long the last unit took, the wait for its turn included: who shares a model takes smaller parts of it.</summary>
    public void Took(TimeSpan elapsed)
        => _cost = Math.Clamp(_taken * (Aim / TimeSpan.FromTicks(Math.Max(1, elapsed.Ticks))), LeastCost, MostGrowth * Math.Max(_taken, FirstCost));
}

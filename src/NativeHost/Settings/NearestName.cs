namespace NativeHost.Settings;

/// <summary>Guesses which name was meant.</summary>
internal static class NearestName
{
    private const int LeastBeginning = 3;

    /// <returns>The name that begins so, else the one with the fewest letters to change; null where that is more than half of it.</returns>
    public static string? Of(string word, IReadOnlyCollection<string> names)
    {
        if (word.Length >= LeastBeginning && names.FirstOrDefault(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)) is { } begun)
        {
            return begun;
        }

        var nearest = names.Select(name => (Name: name, Changes: Changes(word, name))).MinBy(candidate => candidate.Changes);
        return nearest.Name is { } found && nearest.Changes <= found.Length / 2 ? found : null;
    }

    // Levenshtein's distance; a letter in the other case is the same letter. Words of the file may be of any length, names are short.
    private static int Changes(string word, string name)
    {
        var row = new int[name.Length + 1];
        for (var j = 0; j <= name.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= word.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= name.Length; j++)
            {
                var isSame = char.ToUpperInvariant(word[i - 1]) == char.ToUpperInvariant(name[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (isSame ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}

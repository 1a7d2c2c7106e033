using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Variants;

/// <summary>The name of one file of a model that is split into several: <c>prefix-00002-of-00005.gguf</c>.</summary>
/// <param name="Prefix">Path and name up to the numbers; the same in all files of a model.</param>
/// <param name="Number">From 1 in a name that is right; see <see cref="IsInRange"/>.</param>
/// <param name="Count">How many files there are.</param>
/// <remarks>llama_split_path of llama.cpp; its loader wants the first file by this name and finds the others beside it.</remarks>
public sealed partial record ShardName(string Prefix, int Number, int Count)
{
    /// <summary>Whether it is one of the first to the last file.</summary>
    public bool IsInRange => Number >= 1 && Number <= Count;

    /// <summary>Reads the name out of a path.</summary>
    /// <returns>Null where the file is not named as a part of a model.</returns>
    public static ShardName? Parse(string path)
    {
        var match = Shape().Match(path);
        return match.Success
            ? new ShardName(match.Groups["prefix"].Value, NumberIn(match.Groups["number"]), NumberIn(match.Groups["count"]))
            : null;
    }

    /// <summary>The path of another file of the same model.</summary>
    public string Sibling(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{number:D5}-of-{Count:D5}.gguf");

    private static int NumberIn(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<prefix>.*[^/])-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}

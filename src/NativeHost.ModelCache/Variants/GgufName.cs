namespace NativeHost.ModelCache.Variants;

/// <summary>What the path of a GGUF file says about it.</summary>
/// <param name="Model">Name of the model without the quantization, behind the folders that are not named after one; may be empty.</param>
/// <param name="Label">Null where neither the file nor a folder has one.</param>
/// <param name="Shard">Null for a model in one file.</param>
internal sealed record GgufName(string Model, QuantLabel? Label, ShardName? Shard)
{
    public const string Extension = ".gguf";

    private static readonly char[] Separators = ['-', '_', '.', ' '];

    public static bool IsGguf(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    public static GgufName Of(string path)
    {
        var shard = ShardName.Parse(path);
        var stem = shard?.Prefix ?? (IsGguf(path) ? path[..^Extension.Length] : path);
        var segments = stem.Split('/');
        var place = QuantLabel.FindIn(segments[^1]);
        var label = place?.Label;

        var parts = new List<string> { place is { } found ? Without(segments[^1], found) : segments[^1] };
        for (var i = segments.Length - 2; i >= 0; i--)
        {
            // A folder that is named after a quantization, as large models have them, is no part of the model's name.
            if (QuantLabel.FindIn(segments[i]) is { } inFolder)
            {
                label ??= inFolder.Label;
            }
            else
            {
                parts.Insert(0, segments[i]);
            }
        }

        return new GgufName(string.Join('/', parts), label, shard);
    }

    private static string Without(string name, QuantPlace place)
    {
        var before = name[..place.Start].TrimEnd(Separators);
        var after = name[place.End..].TrimStart(Separators);
        return before.Length > 0 && after.Length > 0 ? $"{before}-{after}" : before + after;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Grants;

/// <summary>What <c>grants.json</c> holds.</summary>
/// <param name="Version">Of its form; <see cref="CurrentVersion"/> is the one that this program reads.</param>
/// <param name="Grants">
/// The names of each origin's grants. They are texts, so that a kind that only a newer program knows outlives a change by this one.
/// </param>
internal sealed record GrantFile(int Version, SortedDictionary<string, SortedSet<string>> Grants)
{
    public const int CurrentVersion = 1;

    /// <summary>Most bytes of the file: more is not ours, and is not read.</summary>
    public const int MaxBytes = 1024 * 1024;

    public static GrantFile Empty() => new(CurrentVersion, []);

    /// <summary>Reads the file's content.</summary>
    /// <exception cref="GrantsUnreadableException">It is damaged, or of a version that this program does not know.</exception>
    public static GrantFile Parse(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            // Alone first: another version may have anything else in any form.
            var version = JsonSerializer.Deserialize(json, GrantsJson.Default.GrantFileVersion)?.Version;
            if (version > CurrentVersion)
            {
                throw new GrantsUnreadableException(
                    path, $"a newer version of TabAgent wrote it (form {version}, this program knows {CurrentVersion})", "Update this program");
            }

            var file = version == CurrentVersion ? JsonSerializer.Deserialize(json, GrantsJson.Default.GrantFile) : null;
            return file is not null && file.Grants.Values.All(names => names is not null && !names.Contains(null!))
                ? file
                : throw Damaged(path, "it has no grants of a form that this program knows");
        }
        catch (JsonException e)
        {
            throw Damaged(path, e.Message, e);
        }
    }

    public static GrantsUnreadableException Damaged(string path, string problem, Exception? inner = null)
        => new(path, problem, "Mend the file", inner);

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, GrantsJson.Default.GrantFile);
}

/// <summary>The part of <see cref="GrantFile"/> that every version has.</summary>
internal sealed record GrantFileVersion(int Version);

/// <summary>The file with the grants is there, and this program cannot use it. It was left as it is.</summary>
internal sealed class GrantsUnreadableException(string path, string problem, string remedy, Exception? inner = null)
    : Exception($"The grants in {path} cannot be used: {problem}. {remedy}, or move it away to begin with no grants.", inner);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(GrantFile))]
[JsonSerializable(typeof(GrantFileVersion))]
internal sealed partial class GrantsJson : JsonSerializerContext;

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Registration;

/// <summary>The file by which a browser finds a native host and knows who may start it.</summary>
/// <remarks>Fields may be null because a manifest found on a machine may lack them; <see cref="HostManifestRules"/> judges.</remarks>
internal sealed record HostManifest
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Absolute path of the program.</summary>
    public string? Path { get; init; }

    public string? Type { get; init; }

    /// <summary>Chromium's list of who may connect: <c>chrome-extension://ID/</c>.</summary>
    public IReadOnlyList<string?>? AllowedOrigins { get; init; }

    /// <summary>Firefox's list of who may connect: add-on ids.</summary>
    public IReadOnlyList<string?>? AllowedExtensions { get; init; }

    /// <summary>True when this program wrote it: it names one of our executables, or carries our description.</summary>
    /// <remarks>The description counts because <c>register --path</c> may name a wrapper script.</remarks>
    [JsonIgnore]
    public bool IsOurs =>
        FileName(Path) is "tabagent-host" or "tabagent-host.exe" or "tabagent" or "tabagent.exe"
        || Description == Template(BrowserFamily.Chromium).Description;

    /// <summary>Makes the manifest of one host name from the template of the family.</summary>
    public static HostManifest Build(BrowserFamily family, string name, string executable, ExtensionIds ids)
    {
        var template = Template(family) with { Name = name, Path = executable };
        return family == BrowserFamily.Chromium
            ? template with { AllowedOrigins = [.. ids.Chromium.Select(id => $"chrome-extension://{id}/")] }
            : template with { AllowedExtensions = [.. ids.Firefox] };
    }

    /// <summary>Reads a manifest as browsers do: comments and a byte order mark are accepted, a trailing comma is not.</summary>
    /// <exception cref="JsonException">It is not JSON, or a field has another type than browsers expect.</exception>
    public static HostManifest Parse(ReadOnlySpan<byte> file)
    {
        var text = file.StartsWith(Encoding.UTF8.Preamble) ? file[Encoding.UTF8.Preamble.Length..] : file;
        return JsonSerializer.Deserialize(text, HostManifestJson.Readable.HostManifest)
            ?? throw new JsonException("The file holds null.");
    }

    /// <summary>The file's content, as UTF-8.</summary>
    public byte[] ToFile() => [.. JsonSerializer.SerializeToUtf8Bytes(this, HostManifestJson.Readable.HostManifest), (byte)'\n'];

    private static HostManifest Template(BrowserFamily family)
    {
        var resource = family == BrowserFamily.Chromium ? "manifests/chromium.json" : "manifests/firefox.json";
        using var stream = typeof(HostManifest).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The executable lacks its resource {resource}.");
        return JsonSerializer.Deserialize(stream, HostManifestJson.Readable.HostManifest)
            ?? throw new InvalidOperationException($"The resource {resource} is empty.");
    }

    // A manifest of Windows may be judged on another system, so both separators end a folder.
    private static string? FileName(string? path) => path?[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}

/// <summary>How manifests are read and written.</summary>
[JsonSerializable(typeof(HostManifest))]
internal sealed partial class HostManifestJson : JsonSerializerContext
{
    /// <summary>Indented, with paths in their own letters: people open these files.</summary>
    public static HostManifestJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        WriteIndented = true,
        NewLine = "\n",
    });
}

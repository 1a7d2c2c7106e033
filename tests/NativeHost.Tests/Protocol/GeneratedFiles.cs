using System.Text.RegularExpressions;

namespace NativeHost.Tests.Protocol;

/// <summary>The files that are made from the code.</summary>
internal static partial class GeneratedFiles
{
    private const string Document = "docs/PROTOCOL.md";
    private const string Schemas = "docs/schema";
    private const string Declarations = "src/extension-client/protocol.d.ts";

    /// <summary>What each has to be, by its path from the repository's folder.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> MakeAsync()
    {
        var model = await ModelAsync();
        var parts = new MarkdownParts(model, Transcript.All()).All;
        var files = new Dictionary<string, string>
        {
            [Document] = Place().Replace(
                await File.ReadAllTextAsync(PathOf(Document)),
                place => $"{place.Groups["begin"].Value}\n{parts[place.Groups["name"].Value]}\n{place.Groups["end"].Value}"),
            [Declarations] = new TypeScriptDeclarations(model).ToString(),
        };
        foreach (var (name, schema) in new JsonSchemas(model, isClosed: false).Files())
        {
            files[$"{Schemas}/{name}"] = JsonLayout.Of(schema) + "\n";
        }

        return files;
    }

    /// <summary>The protocol as the code has it.</summary>
    public static async Task<ProtocolModel> ModelAsync()
    {
        await using var host = new TestHost(new ScriptedLoader());
        return new ProtocolModel(host.BrokerRoutes);
    }

    /// <summary>Files where generated ones are that are none.</summary>
    public static IEnumerable<string> Stale(IReadOnlyDictionary<string, string> files)
        => Directory.Exists(PathOf(Schemas)) ? Directory.EnumerateFiles(PathOf(Schemas)).Where(file => !files.ContainsKey($"{Schemas}/{Path.GetFileName(file)}")) : [];

    public static string PathOf(string file) => Path.Combine([Repository.Folder, .. file.Split('/')]);

    [GeneratedRegex("(?<begin><!-- made from the code: (?<name>[a-z]+) -->)\n.*?(?<end><!-- end -->)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}

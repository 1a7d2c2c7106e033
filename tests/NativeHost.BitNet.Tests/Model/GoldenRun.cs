using System.Text.Json;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>What another implementation made of a prompt, greedily.</summary>
/// <param name="Tokens">The prompt's and those made.</param>
/// <param name="PromptLength">How many are the prompt's.</param>
/// <param name="Top">The largest logits after some of the tokens, by the token's place.</param>
internal sealed record GoldenRun(int[] Tokens, int PromptLength, IReadOnlyDictionary<int, GoldenLogit[]> Top)
{
    /// <summary>The first tokens of it.</summary>
    public GoldenRun Until(int tokens)
        => new(Tokens[..tokens], PromptLength, Top.Where(top => top.Key < tokens).ToDictionary());

    /// <summary>The runs of the demo model.</summary>
    public static IReadOnlyList<GoldenRun> Story()
    {
        using var json = Read(TestModels.StoryGolden);
        return [.. json.RootElement.EnumerateArray().Select(run =>
        {
            var prompt = Ids(run.GetProperty("prompt_ids"));
            return new GoldenRun([.. prompt, .. Ids(run.GetProperty("ids"))], prompt.Length, LogitsOf(run, prompt.Length - 1));
        })];
    }

    /// <summary>The run of a small trained model that begins with nothing but the first token.</summary>
    public static GoldenRun TinyStories(string gate, PlainActivations activations)
    {
        using var json = Read(TestModels.Shared("bitnet-tinystories", $"golden-{gate}.json"));
        var run = json.RootElement.GetProperty(activations == PlainActivations.Bytes ? "int8_activations" : "float_activations");
        return new GoldenRun(Ids(run.GetProperty("ids")), 1, LogitsOf(run, 0));
    }

    /// <summary>What llama.cpp made of a file; begins likewise.</summary>
    public static GoldenRun LlamaOf(string file)
    {
        foreach (var line in File.ReadLines(TestModels.Shared("bitnet-tinystories", "oracle.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("file").GetString() == file)
            {
                return new GoldenRun(Ids(json.RootElement.GetProperty("ids")), 1, LogitsOf(json.RootElement, 0));
            }
        }

        throw new InvalidDataException($"There is nothing of {file}.");
    }

    private static JsonDocument Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path));

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static Dictionary<int, GoldenLogit[]> LogitsOf(JsonElement run, int offset) => run.GetProperty("top5").EnumerateObject().ToDictionary(
        entry => int.Parse(entry.Name, provider: null) + offset,
        entry => entry.Value.EnumerateArray().Select(pair => new GoldenLogit(pair[0].GetInt32(), pair[1].GetSingle())).ToArray());
}

internal readonly record struct GoldenLogit(int Token, float Value);

namespace NativeHost.Actions.Generation;

/// <summary>Settings that suit the models of a family, for callers that gave none. The original had them.</summary>
internal static class ModelDefaults
{
    /// <summary>Parts of names, the first that fits counts.</summary>
    private static readonly (string Part, float Temperature, int TopK, float TopP, float RepetitionPenalty, int MaxNewTokens)[] Families =
    [
        ("smollm", 0.7f, 40, 0.95f, 1.1f, 512),
        ("phi", 0.6f, 50, 0.9f, 1.15f, 1024),
        ("qwen", 0.7f, 50, 0.8f, 1.1f, 2048),
        ("llama", 0.6f, 40, 0.9f, 1.15f, 2048),
    ];

    /// <summary>The settings of a model that nobody has given any for.</summary>
    /// <param name="address">What the model is called on the wire. Of a file only its name counts, not the folders it lies in.</param>
    public static GenerationSettings Of(string address)
    {
        var name = Path.IsPathFullyQualified(address) ? Path.GetFileName(address) : address;
        var settings = new GenerationSettings();
        foreach (var family in Families)
        {
            if (name.Contains(family.Part, StringComparison.OrdinalIgnoreCase))
            {
                return settings with
                {
                    MaxNewTokens = family.MaxNewTokens,
                    Sampling = settings.Sampling with
                    {
                        Temperature = family.Temperature,
                        TopK = family.TopK,
                        TopP = family.TopP,
                        RepetitionPenalty = family.RepetitionPenalty,
                    },
                };
            }
        }

        return settings;
    }
}

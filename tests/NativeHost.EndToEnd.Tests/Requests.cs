namespace NativeHost.EndToEnd.Tests;

/// <summary>What an extension says, word for word; the sender adds the request id.</summary>
internal static class Requests
{
    public static JsonObject Ping() => new() { ["action"] = "ping" };

    public static JsonObject Stop() => new() { ["action"] = "stop_generation" };

    public static JsonObject LoadStoryModel() => DemoModel.Dense.LoadRequest();

    /// <summary>A greedy story of some 150 tokens, the same every time.</summary>
    public static JsonObject GenerateStory(string about = "a dog") => Generate(
        new JsonObject
        {
            ["temperature"] = 0,
            ["max_new_tokens"] = 200,
        },
        about);

    /// <summary>Tokens by near chance, which hardly ever come upon the end of a story: something long to stop.</summary>
    public static JsonObject GenerateRambling(int seed) => Generate(new JsonObject
    {
        ["temperature"] = 2.0,
        ["top_k"] = 0,
        ["top_p"] = 1.0,
        ["seed"] = seed,
        ["max_new_tokens"] = 480,
    });

    private static JsonObject Generate(JsonObject settings, string about = "a dog") => new()
    {
        ["action"] = "generate",
        ["messages"] = new JsonArray(new JsonObject
        {
            ["role"] = "user",
            ["content"] = $"Tell me a story about {about}.",
        }),
        ["settings"] = settings,
    };
}

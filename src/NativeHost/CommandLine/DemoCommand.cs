using System.CommandLine;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent demo</c>: the main job, as the program's own client over real frames, with the embedded model.</summary>
internal static class DemoCommand
{
    private const float Temperature = 0.8f;

    public static Command Create(TextWriter output, LogOption logging)
    {
        var about = new Argument<string>("about")
        {
            Description = "What the story is about.",
            DefaultValueFactory = _ => "a dog",
        };
        var seed = new Option<int?>("--seed") { Description = "The same number tells the same story again." };
        var command = new Command(
            "demo",
            "Load the small story model inside this program and watch it tell a story, token by token, over the frames that a browser would see.")
        {
            about,
            seed,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var log = logging.Open(result);
            await using var client = new HostClient(log);
            var conversation = new Conversation(client, output);
            var question = $"Tell me a story about {result.GetValue(about)}.";
            if (!await conversation.LoadAsync(await ShippedModel.Story.UnpackAsync(cancellationToken), cancellationToken))
            {
                return ExitCodes.Failed;
            }

            await output.WriteLineAsync($"> {question}");
            return await conversation.SayAsync(question, Temperature, result.GetValue(seed), cancellationToken)
                ? ExitCodes.Ok
                : ExitCodes.Failed;
        });
        return command;
    }
}

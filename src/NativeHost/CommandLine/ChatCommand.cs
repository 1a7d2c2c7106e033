using System.CommandLine;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent chat</c>: a talk in the terminal.</summary>
internal static class ChatCommand
{
    public static Command Create(TextWriter output, LogOption logging)
    {
        var model = new Argument<string?>("model")
        {
            Description = "A .gguf file, or what tabagent list shows; the embedded story model where none is given.",
            DefaultValueFactory = _ => null,
        };
        var temperature = new Option<float>("--temperature")
        {
            Description = "How freely it chooses its words, 0 to 2; 0 gives the same answer always.",
            DefaultValueFactory = _ => 0.7f,
        };
        var command = new Command("chat", "Talk to a model in the terminal. An empty line or the end of the input ends the talk.")
        {
            model,
            temperature,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(model) ?? await ShippedModel.Story.UnpackAsync(cancellationToken);
            using var log = logging.Open(result);
            await using var client = new HostClient(log);
            var conversation = new Conversation(client, output);
            if (!await conversation.LoadAsync(path, cancellationToken))
            {
                return ExitCodes.Failed;
            }

            while (true)
            {
                await output.WriteAsync("> ");
                if (await Terminal.ReadLineAsync() is not { Length: > 0 } line)
                {
                    return ExitCodes.Ok;
                }

                if (!await conversation.SayAsync(line, result.GetValue(temperature), seed: null, cancellationToken))
                {
                    return ExitCodes.Failed;
                }
            }
        });
        return command;
    }
}

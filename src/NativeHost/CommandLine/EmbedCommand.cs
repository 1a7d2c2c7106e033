using System.CommandLine;
using System.Text.Json;
using NativeHost.Clients;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent embed</c>: vectors of texts, for scripts.</summary>
internal static class EmbedCommand
{
    public static Command Create(TextWriter output, TextWriter errors, LogOption logging)
    {
        var texts = new Argument<string[]>("text") { Description = "The texts, one vector for each.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("embed", "Compute vectors of texts with the embedding model that comes with the program, or that you have set: a line of JSON for each.")
        {
            texts,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var log = logging.Open(result);
            await using var client = new HostClient(log);
            using var generator = new HostEmbeddingGenerator(client.Dialogue);
            try
            {
                foreach (var embedding in await generator.GenerateAsync(result.GetRequiredValue(texts), cancellationToken: cancellationToken))
                {
                    await output.WriteLineAsync(LineOf(embedding.Vector.Span));
                }

                return ExitCodes.Ok;
            }
            catch (HostRequestException e)
            {
                await errors.WriteLineAsync($"{e.Code}: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static string LineOf(ReadOnlySpan<float> vector)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var number in vector)
            {
                json.WriteNumberValue(number);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}

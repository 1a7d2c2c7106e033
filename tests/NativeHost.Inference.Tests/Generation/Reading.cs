using System.Text;
using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>A generation read to its end.</summary>
internal sealed record Reading(IReadOnlyList<GenerationEvent> Events)
{
    public GenerationResult Result => Events[^1].Result!;

    public string Text => Encoding.UTF8.GetString(Result.Text.Span);

    public IEnumerable<string> Pieces => Events
        .Where(next => next.Kind == GenerationEventKind.Text)
        .Select(next => Encoding.UTF8.GetString(next.Text.Span));

    public IEnumerable<PrefillProgress> Prefill => Events
        .Where(next => next.Kind == GenerationEventKind.Prefill)
        .Select(next => next.Prefill);

    public static async Task<Reading> OfAsync(IAsyncEnumerable<GenerationEvent> events)
    {
        var all = new List<GenerationEvent>();
        await foreach (var next in events)
        {
            all.Add(next);
        }

        return new Reading(all);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace NativeHost.Tests.Protocol;

/// <summary>What the documents say of fields beside their types, held to what the host does: each fact on one recorded exchange that has to do with it.</summary>
public sealed class FieldFactTests
{
    [Fact]
    public async Task Another_name_of_a_field_is_answered_as_its_own()
    {
        var checkedNames = 0;
        foreach (var (action, field) in (await FieldsAsync()).DistinctBy(fact => (fact.Field.Name, string.Join(',', fact.Field.Synonyms))))
        {
            foreach (var (synonym, exchange) in from synonym in field.Synonyms from sample in SampleOf(action, request => NameIn(request, field) is not null) select (synonym, sample))
            {
                var renamed = exchange.Request.DeepClone().AsObject();
                var name = NameIn(renamed, field)!;
                var value = renamed[name];
                renamed.Remove(name);
                renamed[synonym] = value;
                AssertSame(exchange, await AnswerAsync(exchange with { Request = renamed }), $"{action.Name}: {synonym} for {name}");
                checkedNames++;
            }
        }

        Assert.InRange(checkedNames, 10, int.MaxValue);
    }

    [Fact]
    public async Task A_number_is_taken_up_to_its_bounds_and_refused_beyond_them()
    {
        var checkedBounds = 0;
        foreach (var (action, field) in await FieldsAsync())
        {
            var (least, most) = field.Type switch
            {
                WireType.Integer number => (number.Least, number.Most),
                WireType.Number number => (number.Least, number.Most),
                _ => (null, null),
            };
            foreach (var (bound, beyond) in new[] { (least, least - 1), (most, most + 1) })
            {
                foreach (var exchange in bound is null ? [] : SampleOf(action, _ => true))
                {
                    var (allowed, refused) = (bound!.Value, beyond!.Value);
                    Assert.False(IsRefused(await AnswerAsync(exchange, field.Name, Text(allowed))), $"{action.Name}: {field.Name} {allowed} is refused.");
                    Assert.True(IsRefused(await AnswerAsync(exchange, field.Name, Text(refused))), $"{action.Name}: {field.Name} {refused} is taken.");
                    checkedBounds++;
                }
            }
        }

        Assert.InRange(checkedBounds, 5, int.MaxValue);
    }

    [Fact]
    public async Task A_field_that_is_absent_counts_as_its_default()
    {
        var checkedDefaults = 0;
        foreach (var (action, field) in (await FieldsAsync()).Where(fact => fact.Field.Default is not null))
        {
            foreach (var exchange in SampleOf(action, request => NameIn(request, field) is null))
            {
                AssertSame(exchange, await AnswerAsync(exchange, field.Name, field.Default!), $"{action.Name}: {field.Name} {field.Default}");
                checkedDefaults++;
            }
        }

        Assert.InRange(checkedDefaults, 8, int.MaxValue);
    }

    [Fact]
    public async Task A_request_without_what_it_needs_is_refused()
    {
        var checkedNeeds = 0;
        foreach (var action in (await GeneratedFiles.ModelAsync()).Actions)
        {
            foreach (var needed in action.Request.Needs.Concat(action.Request.Fields.Where(field => field.IsRequired).Select(field => (IReadOnlyList<WireField>)[field])))
            {
                foreach (var exchange in SampleOf(action, _ => true))
                {
                    var request = exchange.Request.DeepClone().AsObject();
                    foreach (var name in needed.SelectMany(field => field.Synonyms.Prepend(field.Name)))
                    {
                        request.Remove(name);
                    }

                    Assert.True(IsRefused(await AnswerAsync(exchange with { Request = request })), $"{action.Name} without {needed[0].Name} is taken.");
                    checkedNeeds++;
                }
            }
        }

        Assert.InRange(checkedNeeds, 10, int.MaxValue);
    }

    [Fact]
    public async Task Every_action_of_the_original_is_accepted()
        => Assert.Empty(OriginalActions.All.Except((await GeneratedFiles.ModelAsync()).Actions.Select(action => action.Name)));

    private static async Task<IReadOnlyList<(WireAction Action, WireField Field)>> FieldsAsync()
        => [.. (await GeneratedFiles.ModelAsync()).Actions.SelectMany(action => action.Request.Fields.Select(field => (action, field)))];

    // A recorded exchange of the action that succeeded; none where there is none that fits.
    private static IEnumerable<RecordedExchange> SampleOf(WireAction action, Func<JsonObject, bool> fits)
        => Transcript.All()[action.Name].Exchanges.Where(exchange => exchange.IsSuccess && fits(exchange.Request)).Take(1);

    private static string? NameIn(JsonObject request, WireField field) => field.Synonyms.Prepend(field.Name).FirstOrDefault(request.ContainsKey);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task<IReadOnlyList<JsonObject>> AnswerAsync(RecordedExchange exchange, string name, string value)
    {
        var request = exchange.Request.DeepClone().AsObject();
        request[name] = JsonNode.Parse(value);
        return AnswerAsync(exchange with { Request = request });
    }

    private static async Task<IReadOnlyList<JsonObject>> AnswerAsync(RecordedExchange exchange)
    {
        await using var bed = await TranscriptBed.StartAsync(exchange.With);
        return await bed.ReplayAsync(exchange, _ => { });
    }

    private static bool IsRefused(IReadOnlyList<JsonObject> frames) => (string?)frames[^1]["code"] is "invalid_request" or "invalid_settings";

    private static void AssertSame(RecordedExchange exchange, IReadOnlyList<JsonObject> frames, string fact)
        => Assert.True(JsonLayout.Of(exchange.Final) == JsonLayout.Of(frames[^1]), $"{fact} is answered otherwise:\n{JsonLayout.Of(frames[^1])}");
}

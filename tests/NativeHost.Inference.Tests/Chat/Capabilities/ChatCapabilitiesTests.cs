using NativeHost.Inference.Chat.Capabilities;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Capabilities;

/// <summary>Templates that are broken, hostile or odd: what they fail at they cannot do.</summary>
public class ChatCapabilitiesTests
{
    private const string Turns = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}";

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("{% for %}")]
    [InlineData("no messages")]
    [InlineData("{{ raise_exception('no') }}")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}")]
    public void A_template_that_renders_nothing_can_do_nothing(string? template)
    {
        Assert.Equal(ChatCapabilities.None, ChatCapabilities.Of(template, TimeProvider.System));
    }

    [Fact]
    public void What_a_template_fails_at_it_cannot_do()
    {
        var found = ChatCapabilities.Of(
            Turns + "{% if tools %}{{ tools[0].nothing.at.all }}{% endif %}{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('') }}{% endif %}{% endfor %}",
            TimeProvider.System);

        Assert.True(found is { Renders: true, SystemRole: true, Tools: false, ToolResults: false, CallArguments: null });
        Assert.Null(found.CallStyleName);
    }

    [Fact]
    public void Only_what_loops_for_tools_costs_the_tools()
    {
        var found = ChatCapabilities.Of(
            Turns + "{% if tools %}{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}{% endif %}", TimeProvider.System);

        Assert.True(found is { Renders: true, SystemRole: true, Tools: false });
    }

    [Fact]
    public void A_tool_counts_only_where_tools_are_given()
    {
        Assert.True(ChatCapabilities.Of(Turns + "{{ tools | tojson if tools }}", TimeProvider.System).Tools);
        Assert.False(ChatCapabilities.Of(Turns + "zq7_weather", TimeProvider.System).Tools);
    }

    [Fact]
    public void A_style_that_is_not_rendered_is_taken_from_what_the_model_is_told()
    {
        var found = ChatCapabilities.Of(Turns + "{% if tools %}Write <tool_call>{\"name\": \"arguments\"}</tool_call>. {{ tools | tojson }}{% endif %}", TimeProvider.System);

        Assert.Equal("hermes", found.CallStyleName);
    }
}

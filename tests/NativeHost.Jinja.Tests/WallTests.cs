using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class WallTests
{
    [Fact]
    public void The_engine_refers_to_nothing_but_the_runtime()
    {
        var references = typeof(JinjaTemplate).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }
}

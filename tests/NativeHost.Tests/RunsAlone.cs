using Xunit;

namespace NativeHost.Tests;

/// <summary>Tests of what belongs to the whole process, its descriptors or its memory: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;

